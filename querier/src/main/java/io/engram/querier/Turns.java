package io.engram.querier;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;

/** So many are at work at a time, so many wait, first come first served. Safe for many threads. */
final class Turns {
    private final int maxRunning;
    private final int maxWaiting;
    // Guarded by this.
    private final Deque<CountDownLatch> waiting = new ArrayDeque<>();
    private int running;

    Turns(int maxRunning, int maxWaiting) {
        this.maxRunning = maxRunning;
        this.maxWaiting = maxWaiting;
    }

    /** A turn, which has come when it is at zero; null where too many wait already. */
    synchronized CountDownLatch ask() {
        if (running < maxRunning) {
            running++;
            return new CountDownLatch(0);
        }
        if (waiting.size() == maxWaiting) {
            return null;
        }
        CountDownLatch turn = new CountDownLatch(1);
        waiting.add(turn);
        return turn;
    }

    /** True where the turn had not come, and now never will. */
    synchronized boolean giveUp(CountDownLatch turn) {
        return waiting.removeIf(other -> other == turn);
    }

    /** Whoever had a turn calls this once. */
    synchronized void end() {
        CountDownLatch next = waiting.poll();
        if (next == null) {
            running--;
        } else {
            next.countDown();
        }
    }

    synchronized int running() {
        return running;
    }

    synchronized int waiting() {
        return waiting.size();
    }
}
