package io.engram.storegateway;

import io.engram.bucket.Bucket;
import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.NoSuchObject;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;

/** Reads ranges of blocks from the bucket, so many at a time. Safe for many threads. */
final class RangeReads {
    private final Bucket bucket;
    private final int concurrency;
    private final Semaphore slots;
    /** They only wait for the bucket. */
    private final Executor threads = Executors.newThreadPerTaskExecutor(
            Thread.ofVirtual().name("store-gateway-read-", 0).factory());

    private final GatewayMetrics metrics;

    RangeReads(Bucket bucket, int concurrency, GatewayMetrics metrics) {
        this.bucket = bucket;
        this.concurrency = concurrency;
        this.slots = new Semaphore(concurrency);
        this.metrics = metrics;
    }

    Executor threads() {
        return threads;
    }

    int concurrency() {
        return concurrency;
    }

    /**
     * The bytes of a range, all of them.
     *
     * @throws BlockGone where the file is not there
     * @throws io.engram.tsdb.block.CorruptBlock where it ends earlier
     * @throws Failure {@link ErrorId#BLOCK_UNAVAILABLE} where the bucket does not give it
     */
    byte[] read(StoredFile file, Range range) {
        try {
            slots.acquire();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(file, range, "the thread was interrupted", e);
        }
        try {
            byte[] bytes = bucket.getRange(file.key(), range.offset(), Math.toIntExact(range.bytes()));
            metrics.read(file, bytes.length);
            return bytes;
        } catch (NoSuchObject e) {
            throw new BlockGone(
                    "read " + file.path().file() + " of block " + file.path().block(), e);
        } catch (BucketUnavailable e) {
            if (e.reason() == BucketUnavailable.Reason.UNFIT) {
                throw file.path().corrupt(range.offset(), range.bytes() + " bytes", e.getMessage());
            }
            throw unavailable(file, range, e.getMessage(), e);
        } finally {
            slots.release();
        }
    }

    private static Failure unavailable(StoredFile file, Range range, String why, Exception e) {
        return new Failure(
                ErrorId.BLOCK_UNAVAILABLE,
                "read %d bytes at offset %d of %s of block %s: %s"
                        .formatted(
                                range.bytes(),
                                range.offset(),
                                file.path().file(),
                                file.path().block(),
                                why),
                e);
    }
}
