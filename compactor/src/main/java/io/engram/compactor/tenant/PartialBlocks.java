package io.engram.compactor.tenant;

import io.engram.bucket.Bucket.Depth;
import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.NoSuchObject;
import io.engram.bucket.layout.BlockPaths;
import io.engram.bucket.layout.BlockRemoval;
import io.engram.bucket.layout.TenantBucket;
import io.engram.model.block.BlockId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes what is left of an upload that nobody goes on with: a folder without {@code meta.json} in which nothing was written
 * for the delay. One whose {@code meta.json} is damaged stays: it is somebody's data.
 */
final class PartialBlocks {
    private static final Logger LOG = LoggerFactory.getLogger(PartialBlocks.class);

    private final TenantBucket bucket;
    private final long delayMs;

    PartialBlocks(TenantBucket bucket, long delayMs) {
        this.bucket = bucket;
        this.delayMs = delayMs;
    }

    /** @return whether it is gone */
    boolean removeIfAbandoned(BlockId id, long nowMs) throws BucketUnavailable {
        long[] newestMs = {Long.MIN_VALUE};
        boolean[] hasMeta = {false};
        bucket.list(BlockPaths.folder(id), Depth.ALL, page -> {
            page.objects().forEach(object -> {
                newestMs[0] = Math.max(newestMs[0], object.lastModifiedMs());
                hasMeta[0] |= object.key().equals(BlockPaths.meta(id));
            });
            return true;
        });
        if (hasMeta[0] || newestMs[0] > nowMs - delayMs) {
            return false;
        }
        BlockRemoval removal = new BlockRemoval(bucket);
        removal.remove(id);
        if (exists(BlockPaths.meta(id))) {
            // An upload went on after all, and ended in the middle of the removal: what is there is no block. Whoever
            // uploads keeps his copy until the bucket index shows it, finds that it does not, and begins anew.
            removal.remove(id);
        }
        LOG.info("removed what was left of an upload tenant={} block={}", bucket.tenant(), id);
        return true;
    }

    private boolean exists(String key) throws BucketUnavailable {
        try {
            bucket.stat(key);
            return true;
        } catch (NoSuchObject e) {
            return false;
        }
    }
}
