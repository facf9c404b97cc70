package io.engram.bucket.index;

import io.engram.bucket.BucketUnavailable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;

/** Reads of many small objects, so many at a time, each on a virtual thread of the caller's. */
public final class ParallelReads<K extends Comparable<K>, V> {
    private final int parallel;
    private final Read<K, V> read;

    /** Reads one. */
    @FunctionalInterface
    public interface Read<K, V> {
        V read(K key) throws BucketUnavailable;
    }

    /** @param parallel how many at a time */
    public ParallelReads(int parallel, Read<K, V> read) {
        this.parallel = parallel;
        this.read = read;
    }

    /**
     * Returns once all threads have ended.
     *
     * @throws BucketUnavailable the first that a read threw; reads that had not begun are left out
     */
    public Map<K, V> run(Collection<K> keys) throws BucketUnavailable {
        List<K> todo = List.copyOf(keys);
        Map<K, V> done = new ConcurrentSkipListMap<>();
        AtomicInteger next = new AtomicInteger();
        AtomicReference<Throwable> failure = new AtomicReference<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < Math.min(parallel, todo.size()); i++) {
            threads.add(Thread.ofVirtual().name("bucket-read-" + i).start(() -> {
                for (int at = next.getAndIncrement();
                        at < todo.size() && failure.get() == null;
                        at = next.getAndIncrement()) {
                    try {
                        done.put(todo.get(at), read.read(todo.get(at)));
                    } catch (BucketUnavailable | RuntimeException | Error e) {
                        failure.compareAndSet(null, e);
                    }
                }
            }));
        }
        join(threads);
        switch (failure.get()) {
            case null -> {}
            case BucketUnavailable unavailable -> throw unavailable;
            case RuntimeException mistake -> throw mistake;
            case Throwable other -> throw new IllegalStateException(other);
        }
        return done;
    }

    /** An interrupt is passed on, so that the reads end; they end before this does. */
    private static void join(List<Thread> threads) {
        boolean interrupted = false;
        for (Thread thread : threads) {
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                    threads.forEach(Thread::interrupt);
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
