package io.engram.storegateway;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;

/** Runs tasks that wait for the bucket side by side, on virtual threads. */
final class FanOut {
    private FanOut() {}

    /**
     * Returns when all tasks have ended; one alone runs on the caller's thread.
     *
     * @param concurrency how many run at a time
     * @throws RuntimeException what the first one that failed threw, in the order of the list; those that have not begun by then
     *     do not begin
     */
    static void run(String name, int concurrency, List<? extends Runnable> tasks) {
        if (tasks.size() == 1) {
            tasks.getFirst().run();
            return;
        }
        Semaphore slots = new Semaphore(concurrency);
        Throwable[] failures = new Throwable[tasks.size()];
        boolean[] failed = new boolean[1]; // written and read under its own monitor
        List<Thread> threads = new ArrayList<>(tasks.size());
        boolean interrupted = false;
        for (int i = 0; i < tasks.size() && !interrupted; i++) {
            try {
                slots.acquire();
            } catch (InterruptedException _) {
                interrupted = true;
                break;
            }
            synchronized (failed) {
                if (failed[0]) {
                    break;
                }
            }
            int task = i;
            threads.add(Thread.ofVirtual().name(name + "-" + i).start(() -> {
                try {
                    tasks.get(task).run();
                } catch (Throwable e) {
                    failures[task] = e;
                    synchronized (failed) {
                        failed[0] = true;
                    }
                } finally {
                    slots.release();
                }
            }));
        }
        for (Thread thread : threads) {
            interrupted |= joinEven(thread, threads, interrupted);
        }
        throwFirst(failures);
        if (interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while " + name + " ran");
        }
    }

    /** Waits also where it is interrupted, but tells the threads; returns whether that happened. */
    private static boolean joinEven(Thread thread, List<Thread> all, boolean interruptedBefore) {
        boolean interrupted = interruptedBefore;
        if (interrupted) {
            all.forEach(Thread::interrupt);
        }
        while (true) {
            try {
                thread.join();
                return interrupted;
            } catch (InterruptedException _) {
                interrupted = true;
                all.forEach(Thread::interrupt);
            }
        }
    }

    private static void throwFirst(Throwable[] failures) {
        Throwable first = null;
        for (Throwable failure : failures) {
            if (failure != null && first == null) {
                first = failure;
            } else if (failure != null && failure != first) {
                first.addSuppressed(failure);
            }
        }
        switch (first) {
            case null -> {}
            case RuntimeException e -> throw e;
            case Error e -> throw e;
            default -> throw new IllegalStateException(first); // tasks throw nothing checked
        }
    }
}
