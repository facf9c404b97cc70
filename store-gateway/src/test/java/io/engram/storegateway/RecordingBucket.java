package io.engram.storegateway;

import io.engram.bucket.Bucket;
import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.Condition;
import io.engram.bucket.NoSuchObject;
import io.engram.bucket.ObjectInfo;
import io.engram.bucket.StoredObject;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;

/** A bucket that notes what is read of it, and that a test can make lie. */
final class RecordingBucket implements Bucket {
    /** One read; {@code length} is 0 where it is not of a range. */
    record Read(String key, long offset, int length) {}

    /** Changes the bytes of a range before the caller sees them. */
    @FunctionalInterface
    interface Lie {
        /** @param time how many ranges of this key were read before */
        void change(String key, long offset, byte[] bytes, int time);
    }

    private final Bucket bucket;
    private final List<Read> reads = new CopyOnWriteArrayList<>();
    private volatile Lie lie = (_, _, _, _) -> {};
    private volatile Runnable beforeRange = () -> {};

    RecordingBucket(Bucket bucket) {
        this.bucket = bucket;
    }

    /** Since the last {@link #clear}. */
    List<Read> reads() {
        return List.copyOf(reads);
    }

    long rangeBytes() {
        return reads.stream().mapToLong(Read::length).sum();
    }

    void clear() {
        reads.clear();
    }

    void lie(Lie newLie) {
        lie = newLie;
    }

    /** Runs before every range is read, on the thread that reads. */
    void beforeRange(Runnable run) {
        beforeRange = run;
    }

    @Override
    public String name() {
        return bucket.name();
    }

    @Override
    public void upload(String key, Path file) throws BucketUnavailable {
        bucket.upload(key, file);
    }

    @Override
    public void put(String key, byte[] bytes) throws BucketUnavailable {
        bucket.put(key, bytes);
    }

    @Override
    public Optional<String> putIf(Condition condition, String key, byte[] bytes) throws BucketUnavailable {
        return bucket.putIf(condition, key, bytes);
    }

    @Override
    public ObjectInfo stat(String key) throws NoSuchObject, BucketUnavailable {
        reads.add(new Read(key, 0, 0));
        return bucket.stat(key);
    }

    @Override
    public StoredObject get(String key, int maxBytes) throws NoSuchObject, BucketUnavailable {
        reads.add(new Read(key, 0, 0));
        return bucket.get(key, maxBytes);
    }

    @Override
    public byte[] getRange(String key, long offset, int length) throws NoSuchObject, BucketUnavailable {
        beforeRange.run();
        int time = (int) reads.stream().filter(read -> read.key.equals(key)).count();
        reads.add(new Read(key, offset, length));
        byte[] bytes = bucket.getRange(key, offset, length);
        lie.change(key, offset, bytes, time);
        return bytes;
    }

    @Override
    public void list(String prefix, Depth depth, PageConsumer pages) throws BucketUnavailable {
        reads.add(new Read(prefix, 0, 0));
        bucket.list(prefix, depth, pages);
    }

    @Override
    public void delete(String key) throws BucketUnavailable {
        bucket.delete(key);
    }

    @Override
    public void close() {
        bucket.close();
    }
}
