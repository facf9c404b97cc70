package io.engram.tsdb.wal;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Threads that wait for a position, virtual or not. The lowest positions are released first; each thread is woken once,
 * by its own release, not at every sync. All methods but {@link Waiter#await} are called under the log's lock.
 */
final class DurabilityWaiters {
    private final PriorityQueue<Waiter> waiting = new PriorityQueue<>((a, b) -> Long.compare(a.position, b.position));

    static final class Waiter {
        private final long position;
        private final Thread thread = Thread.currentThread();
        private volatile boolean done;
        private Throwable problem; // written before done

        private Waiter(long position) {
            this.position = position;
        }

        /** Returns null once the position is safe, or what keeps it from being so. */
        Throwable await() throws InterruptedException {
            while (!done) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("while waiting for the log to reach position " + position);
                }
                LockSupport.park(this);
            }
            return problem;
        }

        private void finish(Throwable why) {
            problem = why;
            done = true;
        }

        void wake() {
            LockSupport.unpark(thread);
        }
    }

    Waiter add(long position) {
        Waiter waiter = new Waiter(position);
        waiting.add(waiter);
        return waiter;
    }

    void remove(Waiter waiter) {
        waiting.remove(waiter);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Takes out who waits for {@code position} or less. The caller wakes them, without the lock. */
    List<Waiter> reached(long position) {
        List<Waiter> ready = new ArrayList<>();
        while (!waiting.isEmpty() && waiting.peek().position <= position) {
            Waiter waiter = waiting.poll();
            waiter.finish(null);
            ready.add(waiter);
        }
        return ready;
    }

    /** Takes out everybody, with bad news. The caller wakes them, without the lock. */
    List<Waiter> failed(Throwable problem) {
        List<Waiter> all = List.copyOf(waiting);
        waiting.clear();
        all.forEach(waiter -> waiter.finish(problem));
        return all;
    }
}
