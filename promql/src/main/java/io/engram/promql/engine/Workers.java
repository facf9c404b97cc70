package io.engram.promql.engine;

import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The threads that compute. The thread that asks works too, so a query goes on when all others are busy, and a part
 * may itself be divided without waiting for a free thread.
 */
final class Workers implements AutoCloseable {
    /** Series that a thread takes at a time: enough to make taking cheap, few enough that threads end together. */
    private static final int SERIES_PER_PART = 128;

    private final int threads;
    private final ThreadPoolExecutor pool;

    Workers(int threads) {
        this.threads = threads;
        this.pool = new ThreadPoolExecutor(
                Math.max(1, threads - 1),
                Math.max(1, threads - 1),
                30,
                TimeUnit.SECONDS,
                new LinkedBlockingQueue<>(),
                task -> Thread.ofPlatform().name("promql-worker").daemon().unstarted(task));
        pool.allowCoreThreadTimeOut(true);
    }

    /** Work on the series {@code from .. to-1}. */
    @FunctionalInterface
    interface Part {
        void run(int from, int to);
    }

    /** Makes what a thread works with; called once by each thread that takes part. */
    @FunctionalInterface
    interface PartFactory {
        Part create();
    }

    /**
     * Divides {@code size} series among threads and returns when all are done.
     *
     * @throws RuntimeException the first that a part threw; the other parts end early
     */
    void run(int size, int parallelFrom, PartFactory factory) {
        if (threads == 1 || size < parallelFrom) {
            if (size > 0) {
                factory.create().run(0, size);
            }
            return;
        }
        Job job = new Job(size, factory);
        int helpers = Math.min(threads - 1, job.parts - 1);
        for (int i = 0; i < helpers; i++) {
            pool.execute(job);
        }
        job.run();
        job.awaitTaken();
    }

    @Override
    public void close() {
        pool.shutdownNow();
    }

    private static final class Job implements Runnable {
        private final int size;
        private final int parts;
        private final PartFactory factory;
        private final AtomicInteger next = new AtomicInteger();
        private final AtomicReference<Throwable> failure = new AtomicReference<>();
        // Guarded by this: threads that are inside a part, and whether new ones may still enter.
        private int inside;
        private boolean closed;

        Job(int size, PartFactory factory) {
            this.size = size;
            this.parts = (size + SERIES_PER_PART - 1) / SERIES_PER_PART;
            this.factory = factory;
        }

        @Override
        public void run() {
            synchronized (this) {
                if (closed) {
                    return;
                }
                inside++;
            }
            try {
                work();
            } catch (RuntimeException | Error e) {
                failure.compareAndSet(null, e);
            } finally {
                synchronized (this) {
                    inside--;
                    notifyAll();
                }
            }
        }

        private void work() {
            Part part = null;
            while (failure.get() == null) {
                int index = next.getAndIncrement();
                if (index >= parts) {
                    return;
                }
                if (part == null) {
                    part = factory.create();
                }
                part.run(index * SERIES_PER_PART, Math.min(size, (index + 1) * SERIES_PER_PART));
            }
        }

        /** Waits for those at work; helpers that have not begun find nothing left and are not waited for. */
        synchronized void awaitTaken() {
            closed = true;
            boolean interrupted = false;
            while (inside > 0) {
                try {
                    wait();
                } catch (InterruptedException e) {
                    interrupted = true;
                    failure.compareAndSet(
                            null,
                            new QueryException(
                                    QueryException.Kind.CANCELED, "query was canceled in expression evaluation"));
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
            switch (failure.get()) {
                case null -> {}
                case RuntimeException e -> throw e;
                case Error e -> throw e;
                case Throwable e -> throw new IllegalStateException(e);
            }
        }
    }
}
