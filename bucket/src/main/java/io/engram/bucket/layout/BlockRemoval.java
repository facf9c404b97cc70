package io.engram.bucket.layout;

import io.engram.bucket.Bucket.Depth;
import io.engram.bucket.BucketUnavailable;
import io.engram.model.block.BlockId;
import java.util.ArrayList;
import java.util.List;

/**
 * Takes a block out of the bucket. {@code meta.json} goes first: from then on the block is partial, and nobody takes what is
 * left for the whole. The deletion mark goes last, so that a removal that was killed is found and finished.
 */
public final class BlockRemoval {
    private final TenantBucket bucket;

    public BlockRemoval(TenantBucket bucket) {
        this.bucket = bucket;
    }

    public void remove(BlockId id) throws BucketUnavailable {
        bucket.delete(BlockPaths.meta(id));
        String mark = BlockPaths.file(id, BlockPaths.DELETION_MARK);
        List<String> keys = new ArrayList<>();
        bucket.list(BlockPaths.folder(id), Depth.ALL, page -> {
            page.objects().forEach(object -> keys.add(object.key()));
            return true;
        });
        for (String key : keys) {
            if (!key.equals(mark)) {
                bucket.delete(key);
            }
        }
        bucket.delete(mark);
        bucket.delete(BlockPaths.globalMark(id, BlockPaths.NO_COMPACT_MARK));
        bucket.delete(BlockPaths.globalMark(id, BlockPaths.DELETION_MARK));
    }
}
