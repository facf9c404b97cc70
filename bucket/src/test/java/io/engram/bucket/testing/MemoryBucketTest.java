package io.engram.bucket.testing;

import io.engram.bucket.Bucket;
import io.engram.bucket.BucketContract;
import io.engram.bucket.MeteredBucket;
import io.engram.bucket.RequestCounts;
import io.engram.model.time.Clock;

/** The decorators keep what the bucket behind them does. */
class MemoryBucketTest extends BucketContract {
    private final Bucket bucket =
            new MeteredBucket(new FaultyBucket(new MemoryBucket(Clock.system())), new RequestCounts());

    @Override
    protected Bucket bucket() {
        return bucket;
    }
}
