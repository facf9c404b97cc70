package io.engram.ring;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** A watcher for tests: keeps what it was told, and waits until it was told something. */
public final class Latest<T> implements Consumer<T> {
    private final List<T> told = new ArrayList<>(); // guarded by this

    @Override
    public synchronized void accept(T value) {
        told.add(value);
        notifyAll();
    }

    /** Returns when the newest value is as it should be; fails after half a minute. */
    public synchronized T await(Predicate<T> wanted) throws InterruptedException {
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (told.isEmpty() || !wanted.test(told.getLast())) {
            long leftMs = TimeUnit.NANOSECONDS.toMillis(endNs - System.nanoTime());
            if (leftMs <= 0) {
                throw new AssertionError("was not told what it waited for, but " + told.size() + " values, last "
                        + (told.isEmpty() ? null : told.getLast()));
            }
            // Not only when told: what is wanted may look at more than what this was told.
            wait(Math.min(leftMs, 20));
        }
        return told.getLast();
    }

    public synchronized List<T> all() {
        return List.copyOf(told);
    }
}
