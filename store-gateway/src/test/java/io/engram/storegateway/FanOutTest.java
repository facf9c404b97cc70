package io.engram.storegateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class FanOutTest {
    @Test
    void runsAllOfThemAndNoMoreAtATimeThanAllowed() {
        AtomicInteger running = new AtomicInteger();
        AtomicInteger most = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        List<Runnable> tasks = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            tasks.add(() -> {
                most.accumulateAndGet(running.incrementAndGet(), Math::max);
                Thread.yield();
                running.decrementAndGet();
                done.incrementAndGet();
            });
        }
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            FanOut.run(threads, 3, tasks);
        }
        assertEquals(50, done.get());
        assertTrue(most.get() <= 3);
    }

    @Test
    void failureEndsItAndNothingBeginsAfterwards() {
        AtomicInteger begun = new AtomicInteger();
        IllegalStateException first = new IllegalStateException("first");
        List<Runnable> tasks = new ArrayList<>();
        tasks.add(() -> {
            throw first;
        });
        for (int i = 0; i < 20; i++) {
            tasks.add(begun::incrementAndGet);
        }
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            assertSame(first, assertThrows(IllegalStateException.class, () -> FanOut.run(threads, 1, tasks)));
        }
        assertEquals(0, begun.get());
    }

    @Test
    void interruptedCallerInterruptsTheTasksAndWaitsForThem() throws InterruptedException {
        CountDownLatch begun = new CountDownLatch(2);
        CountDownLatch never = new CountDownLatch(1);
        AtomicInteger interrupted = new AtomicInteger();
        Runnable task = () -> {
            begun.countDown();
            try {
                never.await();
            } catch (InterruptedException _) {
                interrupted.incrementAndGet();
            }
        };
        List<Throwable> thrown = new ArrayList<>();
        try (ExecutorService threads = Executors.newCachedThreadPool()) {
            Thread caller = Thread.ofPlatform().start(() -> {
                thrown.add(assertThrows(Failure.class, () -> FanOut.run(threads, 2, List.of(task, task, task))));
                assertTrue(Thread.currentThread().isInterrupted());
            });
            begun.await();
            caller.interrupt();
            caller.join();
        }
        assertEquals(2, interrupted.get());
        assertEquals(ErrorId.BLOCK_UNAVAILABLE, ((Failure) thrown.getFirst()).id());
    }

    @Test
    void stoppedThreadsAreAnOrderlyRefusal() {
        ExecutorService threads = Executors.newCachedThreadPool();
        threads.shutdown();
        Failure failure = assertThrows(Failure.class, () -> FanOut.run(threads, 2, List.of(() -> {}, () -> {})));
        assertEquals(ErrorId.SHUTTING_DOWN, failure.id());
    }
}
