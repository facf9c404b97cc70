package io.engram.bucket.index;

import io.engram.bucket.Bucket.Depth;
import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.BucketUnavailable.Reason;
import io.engram.bucket.NoSuchObject;
import io.engram.bucket.Operation;
import io.engram.bucket.StoredObject;
import io.engram.bucket.index.BucketIndex.Block;
import io.engram.bucket.index.BucketIndex.Deletion;
import io.engram.bucket.index.BucketIndexFile.Loaded;
import io.engram.bucket.layout.BlockPaths;
import io.engram.bucket.layout.BlockUploader;
import io.engram.bucket.layout.DeletionMark;
import io.engram.bucket.layout.Marks;
import io.engram.bucket.layout.TenantBucket;
import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.json.DamagedJson;
import io.engram.model.time.Clock;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Makes the bucket index of a tenant. (1) List the folders: those named by an id are blocks. (2) What the last index says of
 * blocks that are still there is taken over, as blocks never change. (3) Of new ones {@code meta.json} is read; one that is
 * missing or damaged makes the block partial: it is reported and left out. (4) The same for deletion marks, by the listing
 * of {@code markers/}.
 */
public final class BucketIndexUpdater {
    /** Each lost race is another writer's success, so that several in a row mean many writers. */
    private static final int MAX_RACES = 10;

    /** Requests at a time where many blocks are new. */
    private static final int PARALLEL_READS = 16;

    private final TenantBucket bucket;
    private final BucketIndexFile file;
    private final Marks marks;
    private final Clock clock;

    public BucketIndexUpdater(TenantBucket bucket, Clock clock) {
        this.bucket = bucket;
        this.file = new BucketIndexFile(bucket);
        this.marks = new Marks(bucket);
        this.clock = clock;
    }

    /**
     * What the bucket holds.
     *
     * @param partial blocks that are not whole, and what is wrong with each
     * @param damagedMarks marks that could not be read, and why; their blocks count as not marked
     */
    public record Update(
            BucketIndex index, SortedMap<BlockId, String> partial, SortedMap<BlockId, String> damagedMarks) {}

    /**
     * Lists, and stores the index; begins anew where somebody else stores one meanwhile.
     *
     * @throws BucketUnavailable also where others were faster every time, then retryable
     */
    public Update update() throws BucketUnavailable {
        return update(UnaryOperator.identity());
    }

    /**
     * As {@link #update()}; what is stored is what {@code shown} makes of the index, what is returned is all there is. Blocks
     * that were folded are never shown {@linkplain BucketIndex#withoutOriginals beside} what they were folded into.
     */
    public Update update(UnaryOperator<BucketIndex> shown) throws BucketUnavailable {
        for (int i = 0; i < MAX_RACES; i++) {
            Loaded loaded = file.load();
            BucketIndex last = loaded instanceof Loaded.Present present ? present.index() : BucketIndex.EMPTY;
            Update update = make(last);
            if (file.store(shown.apply(update.index).withoutOriginals(), loaded).isPresent()) {
                return update;
            }
        }
        throw new BucketUnavailable(
                Reason.FAILED,
                Operation.PUT_IF,
                bucket.name(),
                BlockPaths.BUCKET_INDEX,
                "others stored one " + MAX_RACES + " times in a row",
                null);
    }

    /** Lists, and stores nothing. */
    public Update make(BucketIndex last) throws BucketUnavailable {
        long nowS = clock.nowMs() / 1000;
        // Marks first: of a block that is marked and removed in between, none of the two is left.
        SortedSet<BlockId> marked = marks.list().forDeletion();
        SortedSet<BlockId> there = list();

        List<Block> blocks = new ArrayList<>();
        SortedMap<BlockId, String> partial = new TreeMap<>();
        SortedSet<BlockId> fresh = new TreeSet<>(there);
        for (Block known : last.blocks()) {
            if (fresh.remove(known.id())) {
                blocks.add(known);
            }
        }
        new ParallelReads<BlockId, Found>(PARALLEL_READS, this::readBlock)
                .run(fresh)
                .forEach((id, found) -> {
                    switch (found) {
                        case Found.Whole(Block block) -> blocks.add(block);
                        case Found.Partial(String problem) -> partial.put(id, problem);
                    }
                });

        List<Deletion> deletions = new ArrayList<>();
        SortedMap<BlockId, String> damagedMarks = new TreeMap<>();
        Map<BlockId, Deletion> knownMarks = new HashMap<>();
        last.deletionMarks().forEach(mark -> knownMarks.put(mark.id(), mark));
        for (BlockId id : marked) {
            Deletion known = knownMarks.get(id);
            if (known != null) {
                deletions.add(known);
            } else {
                readMark(id, damagedMarks).ifPresent(deletions::add);
            }
        }
        return new Update(new BucketIndex(blocks, deletions, nowS), partial, damagedMarks);
    }

    private SortedSet<BlockId> list() throws BucketUnavailable {
        SortedSet<BlockId> ids = new TreeSet<>();
        bucket.list("", Depth.FOLDER, page -> {
            page.folders().forEach(folder -> BlockPaths.blockOfFolder(folder).ifPresent(ids::add));
            return true;
        });
        return ids;
    }

    private sealed interface Found {
        record Whole(Block block) implements Found {}

        record Partial(String problem) implements Found {}
    }

    private Found readBlock(BlockId id) throws BucketUnavailable {
        String key = BlockPaths.meta(id);
        try {
            StoredObject object = bucket.get(key, BlockUploader.MAX_META_BYTES);
            BlockMeta meta = BlockMeta.read(object.bytes(), bucket.name() + "/" + key);
            return meta.id().equals(id)
                    ? new Found.Whole(Block.of(meta, object.info().lastModifiedMs() / 1000))
                    : new Found.Partial(bucket.name() + "/" + key + ": is of block " + meta.id());
        } catch (NoSuchObject _) {
            return new Found.Partial("has no " + BlockMeta.FILE);
        } catch (DamagedJson e) {
            return new Found.Partial(e.getMessage());
        }
    }

    private Optional<Deletion> readMark(BlockId id, SortedMap<BlockId, String> damaged) throws BucketUnavailable {
        try {
            // Its folder has none where the block went between the listing and now.
            return marks.deletion(id).map(mark -> deletion(id, mark));
        } catch (DamagedJson e) {
            damaged.put(id, e.getMessage());
            return Optional.empty();
        }
    }

    private static Deletion deletion(BlockId id, DeletionMark mark) {
        return new Deletion(id, mark.timeS());
    }
}
