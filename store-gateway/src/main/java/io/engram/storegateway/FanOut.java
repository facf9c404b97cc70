package io.engram.storegateway;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;

/** Runs the tasks of one caller side by side, so many at a time, and waits for them. Used by one thread, once. */
final class FanOut {
    private final Executor threads;
    private final int concurrency;
    private final Semaphore slots;
    private final Set<Thread> running = new HashSet<>(); // guarded by this
    private Throwable failure; // guarded by this
    private boolean interrupted;

    private FanOut(Executor threads, int concurrency) {
        this.threads = threads;
        this.concurrency = concurrency;
        this.slots = new Semaphore(concurrency);
    }

    /**
     * Returns when all tasks have ended; one alone runs on the caller's thread.
     *
     * @param threads has a thread for every task at once: none waits in a queue
     * @param concurrency how many run at a time
     * @throws RuntimeException what the first one that failed threw, with what others threw suppressed; those that had not begun by
     *     then do not begin
     * @throws Failure where the caller is interrupted, after the tasks were too and have ended; it stays interrupted
     */
    static void run(Executor threads, int concurrency, List<? extends Runnable> tasks) {
        if (tasks.size() == 1) {
            tasks.getFirst().run();
            return;
        }
        FanOut fanOut = new FanOut(threads, concurrency);
        for (Runnable task : tasks) {
            if (!fanOut.begin(task)) {
                break;
            }
        }
        fanOut.awaitAll();
        fanOut.report();
    }

    private boolean begin(Runnable task) {
        try {
            slots.acquire();
        } catch (InterruptedException _) {
            interruptAll();
            return false;
        }
        synchronized (this) {
            if (failure != null) {
                slots.release();
                return false;
            }
        }
        try {
            threads.execute(() -> work(task));
            return true;
        } catch (RejectedExecutionException e) {
            failed(new Failure(ErrorId.SHUTTING_DOWN, "the store-gateway is stopping", e));
            slots.release();
            return false;
        }
    }

    private void work(Runnable task) {
        synchronized (this) {
            running.add(Thread.currentThread());
        }
        try {
            task.run();
        } catch (Throwable e) {
            failed(e);
        } finally {
            synchronized (this) {
                running.remove(Thread.currentThread());
                Thread.interrupted(); // meant for this task, not for the thread's next one
            }
            slots.release();
        }
    }

    private synchronized void failed(Throwable e) {
        if (failure == null) {
            failure = e;
        } else if (failure != e) {
            failure.addSuppressed(e);
        }
    }

    private void awaitAll() {
        try {
            slots.acquire(concurrency);
        } catch (InterruptedException _) {
            interruptAll();
            slots.acquireUninterruptibly(concurrency);
        }
    }

    private synchronized void interruptAll() {
        interrupted = true;
        running.forEach(Thread::interrupt);
    }

    private synchronized void report() {
        if (interrupted) {
            Thread.currentThread().interrupt();
            throw new Failure(ErrorId.BLOCK_UNAVAILABLE, "the thread was interrupted while it read blocks", failure);
        }
        switch (failure) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(failure); // tasks throw nothing checked
        }
    }
}
