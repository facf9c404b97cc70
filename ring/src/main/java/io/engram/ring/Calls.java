package io.engram.ring;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Calls under way at the same time, each on a virtual thread of its own, whose ends come to one thread until it wants no
 * more. What ends after that is discarded where it ends. For that one thread.
 *
 * @param <T> what a call answers
 */
public final class Calls<T> {
    private final String name;
    private final Consumer<T> discard;
    private final List<Thread> threads = new ArrayList<>();
    private final BlockingQueue<End<T>> ends = new LinkedBlockingQueue<>();
    private boolean over; // guarded by this; what ends then is discarded

    /**
     * How a call ended.
     *
     * @param call its number
     * @param value null where it failed, or answered that
     * @param failure null where it did not fail
     */
    public record End<T>(int call, T value, RuntimeException failure) {}

    /**
     * @param name of the threads, before the number of the call
     * @param discard gets answers that nobody will use, on whatever thread; never null
     */
    public Calls(String name, Consumer<T> discard) {
        this.name = name;
        this.discard = discard;
    }

    /** Begins one; calls are numbered from 0. Its thread is interrupted where nobody waits any more. */
    public void start(Supplier<T> call) {
        int number = threads.size();
        threads.add(Thread.ofVirtual().name(name + "-" + number).start(() -> end(run(number, call))));
    }

    private static <T> End<T> run(int number, Supplier<T> call) {
        try {
            return new End<>(number, call.get(), null);
        } catch (RuntimeException e) {
            return new End<>(number, null, e);
        } catch (Error e) {
            return new End<>(number, null, new IllegalStateException(e));
        }
    }

    private void end(End<T> end) {
        synchronized (this) {
            if (!over) {
                ends.add(end);
                return;
            }
        }
        discard(end.value);
    }

    private void discard(T value) {
        if (value != null) {
            discard.accept(value);
        }
    }

    /** How many have begun. */
    public int count() {
        return threads.size();
    }

    /** Waits for the next to end. */
    public End<T> next() throws InterruptedException {
        return ends.take();
    }

    /** The same for a time; null where none has ended. */
    public End<T> next(long nanos) throws InterruptedException {
        return ends.poll(nanos, TimeUnit.NANOSECONDS);
    }

    /** One that has ended already; null where none has. */
    public End<T> poll() {
        return ends.poll();
    }

    /** What ends from now on is discarded; what has ended can still be {@linkplain #poll asked for}. */
    public synchronized void close() {
        over = true;
    }

    /** Nobody wants what is left. */
    public void giveUp() {
        close();
        for (End<T> end = poll(); end != null; end = poll()) {
            discard(end.value);
        }
        interrupt();
    }

    /** Tells those that are under way to end. */
    public void interrupt() {
        threads.forEach(Thread::interrupt);
    }
}
