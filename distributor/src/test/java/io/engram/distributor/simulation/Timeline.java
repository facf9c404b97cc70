package io.engram.distributor.simulation;

import io.engram.model.time.Clock;
import java.util.ArrayDeque;
import java.util.Comparator;
import java.util.Deque;
import java.util.PriorityQueue;
import java.util.SplittableRandom;

/** What happens, in the order of its times; what happens at the same time, in the order in which it was begun. */
final class Timeline implements Clock {
    private static final int REMEMBERED = 60;

    final SplittableRandom random;
    private final PriorityQueue<Event> events =
            new PriorityQueue<>(Comparator.comparingLong(Event::atMs).thenComparingLong(Event::ordinal));
    private final Deque<String> told = new ArrayDeque<>();
    private long nowMs;
    private long made;

    private record Event(long atMs, long ordinal, Runnable what) {}

    Timeline(SplittableRandom random) {
        this.random = random;
    }

    @Override
    public long nowMs() {
        return nowMs;
    }

    long nowNs() {
        return 1_000_000 * nowMs;
    }

    void in(long delayMs, Runnable what) {
        events.add(new Event(nowMs + delayMs, made++, what));
    }

    /** Somewhere in {@code [fromMs, toMs)}. */
    void within(long fromMs, long toMs, Runnable what) {
        in(random.nextLong(fromMs, toMs), what);
    }

    boolean chance(int percent) {
        return random.nextInt(100) < percent;
    }

    void runUntil(long ms) {
        while (!events.isEmpty() && events.peek().atMs <= ms) {
            Event next = events.poll();
            nowMs = next.atMs;
            next.what.run();
        }
        nowMs = ms;
    }

    /** For whoever has to find out why a seed fails. */
    void tell(String what) {
        if (told.size() == REMEMBERED) {
            told.removeFirst();
        }
        told.addLast(nowMs + " ms: " + what);
    }

    String story() {
        return "\n" + String.join("\n", told);
    }
}
