package io.engram.tsdb.wal;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who waits for a position: threads, virtual or not, and listeners. The lowest positions are released first; each is told
 * once, by its own release, not at every sync. All methods but those of the waiters are called under the log's lock.
 */
final class DurabilityWaiters {
    private static final Logger LOG = LoggerFactory.getLogger(DurabilityWaiters.class);

    private final PriorityQueue<Waiter> waiting = new PriorityQueue<>((a, b) -> Long.compare(a.position, b.position));

    /** Is told once, without the lock. */
    abstract static sealed class Waiter {
        private final long position;

        private Waiter(long position) {
            this.position = position;
        }

        /** @param problem what keeps the position from being safe; null where it is */
        abstract void tell(Throwable problem);
    }

    /** The thread that made it. */
    static final class Parked extends Waiter {
        private final Thread thread = Thread.currentThread();
        private volatile boolean done;
        private Throwable problem; // written before done

        Parked(long position) {
            super(position);
        }

        /** Returns null once the position is safe, or what keeps it from being so. */
        Throwable await() throws InterruptedException {
            while (!done) {
                if (Thread.interrupted()) {
                    throw new InterruptedException("while waiting for the log to reach position " + super.position);
                }
                LockSupport.park(this);
            }
            return problem;
        }

        @Override
        void tell(Throwable why) {
            problem = why;
            done = true;
            LockSupport.unpark(thread);
        }
    }

    /** Whoever is called back by the writer's thread. */
    static final class Listening extends Waiter {
        private final Consumer<Throwable> listener;

        Listening(long position, Consumer<Throwable> listener) {
            super(position);
            this.listener = listener;
        }

        @Override
        void tell(Throwable problem) {
            try {
                listener.accept(problem);
            } catch (RuntimeException e) {
                LOG.error("who waited for the write-ahead log failed when told", e); // the log goes on
            }
        }
    }

    void add(Waiter waiter) {
        waiting.add(waiter);
    }

    void remove(Waiter waiter) {
        waiting.remove(waiter);
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** Takes out who waits for {@code position} or less, to be told. */
    List<Waiter> reached(long position) {
        List<Waiter> ready = new ArrayList<>();
        while (!waiting.isEmpty() && waiting.peek().position <= position) {
            ready.add(waiting.poll());
        }
        return ready;
    }

    /** Takes out everybody, to be told bad news. */
    List<Waiter> all() {
        List<Waiter> all = List.copyOf(waiting);
        waiting.clear();
        return all;
    }
}
