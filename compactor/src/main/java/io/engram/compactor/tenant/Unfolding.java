package io.engram.compactor.tenant;

import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.NoSuchObject;
import io.engram.bucket.layout.BlockPaths;
import io.engram.bucket.layout.BlockUploader;
import io.engram.bucket.layout.DeletionMark;
import io.engram.bucket.layout.Marks;
import io.engram.bucket.layout.NoCompactMark;
import io.engram.bucket.layout.TenantBucket;
import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.block.Compaction;
import io.engram.model.json.DamagedJson;
import io.engram.model.time.Clock;
import java.util.List;
import java.util.Optional;

/**
 * Takes a fold back: the block that was folded is there again, and the folded one goes. Killed at any point, the next call
 * goes on, and until the last step queries see the folded block as before.
 *
 * <ol>
 *   <li>The original gets a no-compact mark: else it would be folded again, or found superseded by the folded block.
 *   <li>Its deletion mark goes. It is not seen yet: the bucket index shows no original beside what stands for it.
 *   <li>It is still there: nobody removed it meanwhile. The folded block is marked for deletion, and with the next bucket
 *       index both change places.
 * </ol>
 */
public final class Unfolding {
    private final TenantBucket bucket;
    private final Marks marks;
    private final Clock clock;

    public Unfolding(TenantBucket bucket, Clock clock) {
        this.bucket = bucket;
        this.marks = new Marks(bucket);
        this.clock = clock;
    }

    /** It cannot be done, now or ever; nothing that queries see has changed. */
    public static final class Refused extends Exception {
        private static final long serialVersionUID = 1L;

        Refused(String message) {
            super(message);
        }
    }

    /**
     * @param id of a folded block
     * @return the blocks that are back
     * @throws Refused where there is no such block, it is not folded, or what it was folded from is gone
     */
    public List<BlockId> unfold(BlockId id) throws BucketUnavailable, Refused {
        BlockMeta folded = meta(id).orElseThrow(() -> new Refused("there is no block " + id + " in " + bucket.name()));
        if (!folded.isFolded()) {
            throw new Refused("block " + id + " is not folded: there is nothing to take back");
        }
        List<BlockId> originals = folded.compaction().parents().stream()
                .map(Compaction.Parent::id)
                .toList();
        checkThere(id, originals);
        long nowS = clock.nowMs() / 1000;
        for (BlockId original : originals) {
            marks.mark(new NoCompactMark(
                    original,
                    nowS,
                    NoCompactMark.MANUAL,
                    "unfolded from " + id + "; without this mark it is folded again"));
            marks.unmarkDeletion(original);
        }
        checkThere(id, originals);
        marks.mark(new DeletionMark(id, nowS, "unfolded into " + originals));
        return originals;
    }

    private void checkThere(BlockId id, List<BlockId> originals) throws BucketUnavailable, Refused {
        if (originals.isEmpty()) {
            throw new Refused("block " + id + " does not say which blocks it was folded from");
        }
        for (BlockId original : originals) {
            if (meta(original).isEmpty()) {
                throw new Refused("block " + id + " cannot be unfolded: block " + original
                        + ", which it was folded from, is gone; such blocks are kept for"
                        + " compactor.folded-originals-retention");
            }
        }
    }

    private Optional<BlockMeta> meta(BlockId id) throws BucketUnavailable, Refused {
        String key = BlockPaths.meta(id);
        try {
            return Optional.of(
                    BlockMeta.read(bucket.get(key, BlockUploader.MAX_META_BYTES).bytes(), bucket.name() + "/" + key));
        } catch (NoSuchObject e) {
            return Optional.empty();
        } catch (DamagedJson e) {
            throw new Refused(e.getMessage());
        }
    }
}
