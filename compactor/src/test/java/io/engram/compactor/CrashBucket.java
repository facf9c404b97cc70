package io.engram.compactor;

import io.engram.bucket.Bucket;
import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.Condition;
import io.engram.bucket.NoSuchObject;
import io.engram.bucket.ObjectInfo;
import io.engram.bucket.StoredObject;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A bucket of a process that dies at a call: that one is done or not, and no later one is. Every later call throws as well,
 * as code that cleans up would not run in a process that is gone.
 */
final class CrashBucket implements Bucket {
    private final Bucket bucket;
    private final boolean lastIsDone;
    private long left;
    private boolean crashed;

    /** Not a failure of the bucket: nobody may handle it. */
    static final class Killed extends Error {
        private static final long serialVersionUID = 1L;

        Killed() {
            super("killed", null, false, false);
        }
    }

    /** @param calls that are done before the one at which it dies */
    CrashBucket(Bucket bucket, long calls, boolean lastIsDone) {
        this.bucket = bucket;
        this.left = calls;
        this.lastIsDone = lastIsDone;
    }

    synchronized boolean crashed() {
        return crashed;
    }

    private interface Call<T> {
        T run() throws NoSuchObject, BucketUnavailable;
    }

    private interface Write<T> {
        T run() throws BucketUnavailable;
    }

    private <T> T read(Call<T> call) throws NoSuchObject, BucketUnavailable {
        step();
        T result = call.run();
        end();
        return result;
    }

    private <T> T write(Write<T> call) throws BucketUnavailable {
        step();
        T result = call.run();
        end();
        return result;
    }

    private synchronized void step() {
        if (crashed || (left == 0 && !lastIsDone)) {
            crashed = true;
            throw new Killed();
        }
    }

    private synchronized void end() {
        if (left-- == 0) {
            crashed = true;
            throw new Killed();
        }
    }

    @Override
    public String name() {
        return bucket.name();
    }

    @Override
    public void upload(String key, Path file) throws BucketUnavailable {
        write(() -> {
            bucket.upload(key, file);
            return null;
        });
    }

    @Override
    public void put(String key, byte[] bytes) throws BucketUnavailable {
        write(() -> {
            bucket.put(key, bytes);
            return null;
        });
    }

    @Override
    public Optional<String> putIf(Condition condition, String key, byte[] bytes) throws BucketUnavailable {
        return write(() -> bucket.putIf(condition, key, bytes));
    }

    @Override
    public ObjectInfo stat(String key) throws NoSuchObject, BucketUnavailable {
        return read(() -> bucket.stat(key));
    }

    @Override
    public StoredObject get(String key, int maxBytes) throws NoSuchObject, BucketUnavailable {
        return read(() -> bucket.get(key, maxBytes));
    }

    @Override
    public byte[] getRange(String key, long offset, int length) throws NoSuchObject, BucketUnavailable {
        return read(() -> bucket.getRange(key, offset, length));
    }

    @Override
    public void list(String prefix, Depth depth, PageConsumer pages) throws BucketUnavailable {
        write(() -> {
            bucket.list(prefix, depth, pages);
            return null;
        });
    }

    @Override
    public void delete(String key) throws BucketUnavailable {
        write(() -> {
            bucket.delete(key);
            return null;
        });
    }

    @Override
    public void close() {}
}
