package io.engram.compactor.tenant;

import io.engram.bucket.Bucket.Depth;
import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.layout.BlockPaths;
import io.engram.bucket.layout.BlockRemoval;
import io.engram.bucket.layout.Marks;
import io.engram.bucket.layout.TenantBucket;
import io.engram.bucket.layout.TenantDeletionMark;
import io.engram.model.block.BlockId;
import io.engram.model.json.DamagedJson;
import io.engram.model.time.Clock;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets a tenant go, as Mimir does: (1) somebody asks for it, a mark says so. (2) The index goes, so that nobody looks for
 * blocks, then all blocks, at once. (3) When no block is left the mark says when that was. (4) Some time later, when an
 * ingester that still had something has been heard, the rest goes, the mark last.
 */
public final class TenantDeletion {
    private static final Logger LOG = LoggerFactory.getLogger(TenantDeletion.class);

    private final TenantBucket bucket;
    private final Marks marks;
    private final Clock clock;

    public TenantDeletion(TenantBucket bucket, Clock clock) {
        this.bucket = bucket;
        this.marks = new Marks(bucket);
        this.clock = clock;
    }

    /** Marks the tenant; once is enough. A mark that cannot be read is replaced. */
    public void request() throws BucketUnavailable {
        boolean marked;
        try {
            marked = marks.tenantDeletion().isPresent();
        } catch (DamagedJson e) {
            marked = false;
        }
        if (!marked) {
            marks.mark(new TenantDeletionMark(clock.nowMs() / 1000, 0));
            LOG.info("marked a tenant for deletion tenant={}", bucket.tenant());
        }
    }

    /** Whether no block of the tenant is left. */
    public boolean isDone() throws BucketUnavailable {
        return blocks().isEmpty();
    }

    /**
     * Goes on with it.
     *
     * @param cleanupDelayMs between the last block and the rest
     * @return blocks that were removed
     */
    int advance(TenantDeletionMark mark, long cleanupDelayMs) throws BucketUnavailable {
        bucket.delete(BlockPaths.BUCKET_INDEX);
        List<BlockId> blocks = blocks();
        BlockRemoval removal = new BlockRemoval(bucket);
        for (BlockId id : blocks) {
            removal.remove(id);
        }
        long nowMs = clock.nowMs();
        if (!blocks.isEmpty() || mark.finishedS() == 0) {
            marks.mark(new TenantDeletionMark(mark.timeS(), nowMs / 1000));
            LOG.info("removed the blocks of a tenant tenant={} blocks={}", bucket.tenant(), blocks.size());
        } else if (mark.finishedS() * 1000 <= nowMs - cleanupDelayMs) {
            removeRest();
            LOG.info("removed all of a tenant tenant={}", bucket.tenant());
        }
        return blocks.size();
    }

    private List<BlockId> blocks() throws BucketUnavailable {
        List<BlockId> found = new ArrayList<>();
        bucket.list("", Depth.FOLDER, page -> {
            page.folders().forEach(folder -> BlockPaths.blockOfFolder(folder).ifPresent(found::add));
            return true;
        });
        return found;
    }

    private void removeRest() throws BucketUnavailable {
        List<String> keys = new ArrayList<>();
        bucket.list("", Depth.ALL, page -> {
            page.objects().forEach(object -> keys.add(object.key()));
            return true;
        });
        for (String key : keys) {
            if (!key.equals(BlockPaths.TENANT_DELETION_MARK)) {
                bucket.delete(key);
            }
        }
        bucket.delete(BlockPaths.TENANT_DELETION_MARK);
    }
}
