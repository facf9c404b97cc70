package io.engram.querier;

import io.engram.promql.engine.QueryException;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;

/**
 * The platform threads on which queries run: requests come on virtual threads, which must not compute. At most so many
 * run at a time, so many wait, first come first served; more are refused with 429. Safe for many threads.
 */
final class QueryPool implements AutoCloseable {
    /** How often a waiting request looks whether its client is still there. */
    private static final long LOOK_EVERY_MS = 100;

    private static final long IDLE_THREAD_SECONDS = 30;

    private final String what;
    private final String limitKey;
    private final ThreadPoolExecutor threads;

    /** @param what what runs here, for thread names and messages: {@code query} */
    QueryPool(String what, int maxRunning, int maxWaiting, String limitKey) {
        this.what = what;
        this.limitKey = limitKey;
        AtomicInteger number = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                maxRunning,
                maxRunning,
                IDLE_THREAD_SECONDS,
                TimeUnit.SECONDS,
                new ArrayBlockingQueue<>(maxWaiting),
                task -> Thread.ofPlatform()
                        .daemon()
                        .name(what + "-" + number.incrementAndGet())
                        .unstarted(task));
        threads.allowCoreThreadTimeOut(true);
    }

    /**
     * Runs {@code task} on a thread of the pool and waits for it. Once it runs, its own deadline ends it.
     *
     * @param timeoutMs how long it may wait for a thread
     * @param cancelled whether nobody wants the answer any more
     * @throws ApiError where too many wait already
     * @throws QueryException where it timed out, or was cancelled, before it ran
     */
    <T> T run(Callable<T> task, long timeoutMs, BooleanSupplier cancelled) throws Exception {
        Turn<T> turn = new Turn<>(task);
        try {
            threads.execute(turn);
        } catch (RejectedExecutionException e) {
            throw new ApiError(
                    ApiError.Type.TOO_MANY_REQUESTS,
                    "too many outstanding requests: " + threads.getQueue().size() + " wait for their turn already ("
                            + limitKey + ")",
                    e);
        }
        return await(turn, timeoutMs, cancelled);
    }

    private <T> T await(Turn<T> turn, long timeoutMs, BooleanSupplier cancelled) throws Exception {
        long begunNs = System.nanoTime();
        while (true) {
            try {
                return turn.get(LOOK_EVERY_MS, TimeUnit.MILLISECONDS);
            } catch (ExecutionException e) {
                throw unwrap(e);
            } catch (TimeoutException _) {
                boolean late = System.nanoTime() - begunNs > TimeUnit.MILLISECONDS.toNanos(timeoutMs);
                if ((late || cancelled.getAsBoolean()) && turn.giveUp()) {
                    threads.remove(turn);
                    throw late
                            ? new QueryException(QueryException.Kind.TIMEOUT, what + " timed out in query queue")
                            : new QueryException(QueryException.Kind.CANCELED, what + " was canceled in query queue");
                }
            }
        }
    }

    private static Exception unwrap(ExecutionException e) {
        return switch (e.getCause()) {
            case Exception cause -> cause;
            case Error cause -> throw cause;
            default -> e;
        };
    }

    int running() {
        return threads.getActiveCount();
    }

    int waiting() {
        return threads.getQueue().size();
    }

    /** Takes no more; what runs may finish. */
    @Override
    public void close() {
        threads.shutdown();
    }

    /** A task that can be given up as long as it has not begun. */
    private static final class Turn<T> extends FutureTask<T> {
        private final AtomicInteger state = new AtomicInteger();

        Turn(Callable<T> task) {
            super(task);
        }

        @Override
        public void run() {
            if (state.compareAndSet(0, 1)) {
                super.run();
            }
        }

        /** True where it has not begun, and now never will. */
        boolean giveUp() {
            return state.compareAndSet(0, 1);
        }
    }
}
