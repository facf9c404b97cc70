package io.engram.querier;

import io.engram.promql.engine.QueryException;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
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
    private final Turns turns;
    /** Bounded by the turns. Hands a task to the thread that became idle last: its caches are warm. */
    private final ThreadPoolExecutor threads;

    /** @param what what runs here, for thread names and messages: {@code query} */
    QueryPool(String what, int maxRunning, int maxWaiting, String limitKey) {
        this.what = what;
        this.limitKey = limitKey;
        this.turns = new Turns(maxRunning, maxWaiting);
        AtomicInteger number = new AtomicInteger();
        this.threads = new ThreadPoolExecutor(
                0,
                Integer.MAX_VALUE,
                IDLE_THREAD_SECONDS,
                TimeUnit.SECONDS,
                new SynchronousQueue<>(),
                task -> Thread.ofPlatform()
                        .daemon()
                        .name(what + "-" + number.incrementAndGet())
                        .unstarted(task));
    }

    /**
     * Runs {@code task} on a thread of the pool and waits for it. Once it runs, its own deadline ends it.
     *
     * @param timeoutMs how long it may wait for its turn
     * @param cancelled whether nobody wants the answer any more
     * @throws ApiError where too many wait already
     * @throws QueryException where it timed out, or was cancelled, before it ran
     */
    <T> T run(Callable<T> task, long timeoutMs, BooleanSupplier cancelled) throws Exception {
        awaitTurn(timeoutMs, cancelled);
        FutureTask<T> running = new FutureTask<>(task) {
            @Override
            protected void done() {
                turns.end(); // not by the caller, who may be interrupted while the task goes on
            }
        };
        try {
            threads.execute(running);
        } catch (RejectedExecutionException e) {
            running.cancel(false);
            throw new ApiError(ApiError.Type.UNAVAILABLE, "the server is stopping", e);
        }
        try {
            return running.get();
        } catch (ExecutionException e) {
            throw unwrap(e);
        }
    }

    private void awaitTurn(long timeoutMs, BooleanSupplier cancelled) throws InterruptedException {
        CountDownLatch turn = turns.ask();
        if (turn == null) {
            throw new ApiError(
                    ApiError.Type.TOO_MANY_REQUESTS,
                    "too many outstanding requests: " + turns.waiting() + " wait for their turn already (" + limitKey
                            + ")");
        }
        long begunNs = System.nanoTime();
        try {
            while (!turn.await(LOOK_EVERY_MS, TimeUnit.MILLISECONDS)) {
                boolean late = System.nanoTime() - begunNs > TimeUnit.MILLISECONDS.toNanos(timeoutMs);
                if ((late || cancelled.getAsBoolean()) && turns.giveUp(turn)) {
                    throw late
                            ? new QueryException(QueryException.Kind.TIMEOUT, what + " timed out in query queue")
                            : new QueryException(QueryException.Kind.CANCELED, what + " was canceled in query queue");
                }
            }
        } catch (InterruptedException e) {
            if (!turns.giveUp(turn)) {
                turns.end();
            }
            throw e;
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
        return turns.running();
    }

    int waiting() {
        return turns.waiting();
    }

    /** Takes no more; what runs may finish. */
    @Override
    public void close() {
        threads.shutdown();
    }
}
