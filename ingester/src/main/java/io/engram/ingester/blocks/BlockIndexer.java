package io.engram.ingester.blocks;

import io.engram.bucket.BucketUnavailable;
import io.engram.model.TenantId;

/** Is told of blocks that have come, and makes queriers find them. */
@FunctionalInterface
public interface BlockIndexer {
    /** Returns when queriers find the tenant's new blocks, or will by themselves within the time that they are given. */
    void blocksCame(TenantId tenant) throws BucketUnavailable;
}
