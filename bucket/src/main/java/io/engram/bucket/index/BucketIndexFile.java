package io.engram.bucket.index;

import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.Condition;
import io.engram.bucket.NoSuchObject;
import io.engram.bucket.StoredObject;
import io.engram.bucket.layout.BlockPaths;
import io.engram.bucket.layout.TenantBucket;
import io.engram.model.TenantId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.time.Durations;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;

/** The bucket index of a tenant where it is kept: gzipped, replaced by conditional put only, so that no writer undoes another. */
public final class BucketIndexFile {
    /** A block takes about 60 bytes compressed, 300 before: room for some hundred thousand. */
    private static final int MAX_BYTES = 64 << 20;

    static final int MAX_JSON_BYTES = 512 << 20;

    private final TenantBucket bucket;

    public BucketIndexFile(TenantBucket bucket) {
        this.bucket = bucket;
    }

    /** What lies where the index must be. */
    public sealed interface Loaded {
        /** Nothing: the tenant has no blocks yet, or nobody has listed them. */
        record Missing() implements Loaded {}

        /** @param version for {@link #store} */
        record Present(BucketIndex index, String version) implements Loaded {}

        /** Something that is no index. It can be made again from a listing and stored over {@code version}. */
        record Damaged(String problem, String version) implements Loaded {}
    }

    public Loaded load() throws BucketUnavailable {
        StoredObject object;
        try {
            object = bucket.get(BlockPaths.BUCKET_INDEX, MAX_BYTES);
        } catch (NoSuchObject _) {
            return new Loaded.Missing();
        }
        String where = bucket.name() + "/" + BlockPaths.BUCKET_INDEX;
        String version = object.info().version();
        try {
            return new Loaded.Present(
                    BucketIndexJson.read(Gzip.inflate(object.bytes(), MAX_JSON_BYTES), where), version);
        } catch (IOException e) {
            String problem = e.getMessage() == null ? e.toString() : e.getMessage();
            return new Loaded.Damaged(problem.startsWith(where) ? problem : where + ": " + problem, version);
        }
    }

    /**
     * @param loaded what the index was made from
     * @return the new version, or empty where somebody else has stored one since
     */
    public Optional<String> store(BucketIndex index, Loaded loaded) throws BucketUnavailable {
        Condition condition =
                switch (loaded) {
                    case Loaded.Missing _ -> Condition.ABSENT;
                    case Loaded.Present present -> Condition.matches(present.version());
                    case Loaded.Damaged damaged -> Condition.matches(damaged.version());
                };
        return bucket.putIf(condition, BlockPaths.BUCKET_INDEX, Gzip.deflate(BucketIndexJson.print(index)));
    }

    /**
     * For readers, who would miss what an old index does not have.
     *
     * @param maxAge 0 for any
     * @param whyNotNewer what keeps the reader from a newer one; empty where nothing does
     * @throws Failure {@link ErrorId#BUCKET_INDEX_TOO_OLD} where the index is older than {@code maxAge}
     */
    public static void checkAge(BucketIndex index, TenantId tenant, long nowMs, Duration maxAge, String whyNotNewer) {
        long ageMs = nowMs - index.updatedAtS() * 1000;
        if (!maxAge.isZero() && ageMs > maxAge.toMillis()) {
            throw new Failure(
                    ErrorId.BUCKET_INDEX_TOO_OLD,
                    "the index of the blocks of tenant " + tenant + " is " + Durations.format(ageMs / 1000 * 1000)
                            + " old and may be " + Durations.format(maxAge.toMillis())
                            + " (bucket.index-max-age): newer blocks would be missing from the answer"
                            + (whyNotNewer.isEmpty() ? "" : "; " + whyNotNewer));
        }
    }
}
