package io.engram.bucket.testing;

import io.engram.bucket.Bucket;
import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.BucketUnavailable.Reason;
import io.engram.bucket.Condition;
import io.engram.bucket.NoSuchObject;
import io.engram.bucket.ObjectInfo;
import io.engram.bucket.Operation;
import io.engram.bucket.StoredObject;
import java.nio.file.Path;
import java.util.Optional;

/** A bucket whose calls fail when a test says so, before or after the bucket behind it has done what was asked. */
public final class FaultyBucket implements Bucket {
    private final Bucket bucket;
    private volatile Plan plan = (_, _) -> Fate.SUCCEED;

    /** What becomes of a call. */
    public enum Fate {
        SUCCEED,
        /** Not done. */
        FAIL,
        /** Done, and told that it failed. */
        LOSE_ANSWER
    }

    /** Decides about every call, by any number of threads. */
    @FunctionalInterface
    public interface Plan {
        Fate of(Operation operation, String key);
    }

    public FaultyBucket(Bucket bucket) {
        this.bucket = bucket;
    }

    public void plan(Plan newPlan) {
        plan = newPlan;
    }

    /** All that is asked fails. */
    public void failAll() {
        plan((_, _) -> Fate.FAIL);
    }

    public void succeed() {
        plan((_, _) -> Fate.SUCCEED);
    }

    private interface Call<T> {
        T run() throws NoSuchObject, BucketUnavailable;
    }

    private <T> T meet(Operation operation, String key, Call<T> call) throws NoSuchObject, BucketUnavailable {
        Fate fate = plan.of(operation, key);
        if (fate == Fate.FAIL) {
            throw fault(operation, key);
        }
        T result = call.run();
        if (fate == Fate.LOSE_ANSWER) {
            throw fault(operation, key);
        }
        return result;
    }

    private <T> T meetWrite(Operation operation, String key, Call<T> call) throws BucketUnavailable {
        try {
            return meet(operation, key, call);
        } catch (NoSuchObject e) {
            throw new IllegalStateException("a write found nothing", e);
        }
    }

    private BucketUnavailable fault(Operation operation, String key) {
        return new BucketUnavailable(Reason.FAILED, operation, name(), key, "a fault that the test asked for", null);
    }

    @Override
    public String name() {
        return bucket.name();
    }

    @Override
    public void upload(String key, Path file) throws BucketUnavailable {
        meetWrite(Operation.UPLOAD, key, () -> {
            bucket.upload(key, file);
            return null;
        });
    }

    @Override
    public void put(String key, byte[] bytes) throws BucketUnavailable {
        meetWrite(Operation.PUT, key, () -> {
            bucket.put(key, bytes);
            return null;
        });
    }

    @Override
    public Optional<String> putIf(Condition condition, String key, byte[] bytes) throws BucketUnavailable {
        return meetWrite(Operation.PUT_IF, key, () -> bucket.putIf(condition, key, bytes));
    }

    @Override
    public ObjectInfo stat(String key) throws NoSuchObject, BucketUnavailable {
        return meet(Operation.STAT, key, () -> bucket.stat(key));
    }

    @Override
    public StoredObject get(String key, int maxBytes) throws NoSuchObject, BucketUnavailable {
        return meet(Operation.GET, key, () -> bucket.get(key, maxBytes));
    }

    @Override
    public byte[] getRange(String key, long offset, int length) throws NoSuchObject, BucketUnavailable {
        return meet(Operation.GET_RANGE, key, () -> bucket.getRange(key, offset, length));
    }

    @Override
    public void list(String prefix, Depth depth, PageConsumer pages) throws BucketUnavailable {
        meetWrite(Operation.LIST, prefix, () -> {
            bucket.list(prefix, depth, pages);
            return null;
        });
    }

    @Override
    public void delete(String key) throws BucketUnavailable {
        meetWrite(Operation.DELETE, key, () -> {
            bucket.delete(key);
            return null;
        });
    }

    @Override
    public void close() {
        bucket.close();
    }
}
