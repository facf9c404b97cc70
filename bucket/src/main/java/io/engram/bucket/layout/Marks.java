package io.engram.bucket.layout;

import io.engram.bucket.Bucket.Depth;
import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.NoSuchObject;
import io.engram.bucket.StoredObject;
import io.engram.model.block.BlockId;
import io.engram.model.json.DamagedJson;
import java.util.Optional;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The marks of a tenant. Each lies in the block's folder, where Thanos looks, and as a copy under {@code markers/}, where
 * one listing finds all. The one in the folder is written first and removed first: killed in between, a mark is missed until
 * somebody marks again, or its copy stands for nothing, and readers pass it over.
 */
public final class Marks {
    private static final int MAX_MARK_BYTES = 1 << 20;

    private final TenantBucket bucket;

    public Marks(TenantBucket bucket) {
        this.bucket = bucket;
    }

    /**
     * What lies under {@code markers/}: which blocks have a copy of a mark there, and claims.
     *
     * @param claims keys of {@linkplain ClaimMark claims}, and when each was written, in ms since the Unix epoch by the
     *     store's clock
     */
    public record Listed(
            SortedSet<BlockId> forDeletion, SortedSet<BlockId> notToCompact, SortedMap<String, Long> claims) {}

    public Listed list() throws BucketUnavailable {
        SortedSet<BlockId> forDeletion = new TreeSet<>();
        SortedSet<BlockId> notToCompact = new TreeSet<>();
        SortedMap<String, Long> claims = new TreeMap<>();
        bucket.list(BlockPaths.MARKERS_FOLDER, Depth.FOLDER, page -> {
            page.objects().forEach(object -> {
                BlockPaths.blockOfGlobalMark(object.key(), BlockPaths.DELETION_MARK)
                        .ifPresent(forDeletion::add);
                BlockPaths.blockOfGlobalMark(object.key(), BlockPaths.NO_COMPACT_MARK)
                        .ifPresent(notToCompact::add);
                if (BlockPaths.isClaim(object.key())) {
                    claims.put(object.key(), object.lastModifiedMs());
                }
            });
            return true;
        });
        return new Listed(forDeletion, notToCompact, claims);
    }

    /** Marks a block; one that is marked already gets the new mark. */
    public void mark(DeletionMark mark) throws BucketUnavailable {
        write(mark.id(), BlockPaths.DELETION_MARK, MarkJson.print(mark));
    }

    /** As {@link #mark(DeletionMark)}. */
    public void mark(NoCompactMark mark) throws BucketUnavailable {
        write(mark.id(), BlockPaths.NO_COMPACT_MARK, MarkJson.print(mark));
    }

    public void mark(TenantDeletionMark mark) throws BucketUnavailable {
        bucket.put(BlockPaths.TENANT_DELETION_MARK, MarkJson.print(mark));
    }

    private void write(BlockId id, String mark, byte[] json) throws BucketUnavailable {
        bucket.put(BlockPaths.file(id, mark), json);
        bucket.put(BlockPaths.globalMark(id, mark), json);
    }

    /** The mark in the block's folder. */
    public Optional<DeletionMark> deletion(BlockId id) throws BucketUnavailable, DamagedJson {
        String key = BlockPaths.file(id, BlockPaths.DELETION_MARK);
        Optional<StoredObject> object = read(key);
        return object.isEmpty()
                ? Optional.empty()
                : Optional.of(MarkJson.deletion(object.get().bytes(), where(key)));
    }

    /** The mark in the block's folder. */
    public Optional<NoCompactMark> noCompact(BlockId id) throws BucketUnavailable, DamagedJson {
        String key = BlockPaths.file(id, BlockPaths.NO_COMPACT_MARK);
        Optional<StoredObject> object = read(key);
        return object.isEmpty()
                ? Optional.empty()
                : Optional.of(MarkJson.noCompact(object.get().bytes(), where(key)));
    }

    public Optional<TenantDeletionMark> tenantDeletion() throws BucketUnavailable, DamagedJson {
        Optional<StoredObject> object = read(BlockPaths.TENANT_DELETION_MARK);
        return object.isEmpty()
                ? Optional.empty()
                : Optional.of(MarkJson.tenantDeletion(object.get().bytes(), where(BlockPaths.TENANT_DELETION_MARK)));
    }

    private Optional<StoredObject> read(String key) throws BucketUnavailable {
        try {
            return Optional.of(bucket.get(key, MAX_MARK_BYTES));
        } catch (NoSuchObject _) {
            return Optional.empty();
        }
    }

    private String where(String key) {
        return bucket.name() + "/" + key;
    }

    public void unmarkDeletion(BlockId id) throws BucketUnavailable {
        remove(id, BlockPaths.DELETION_MARK);
    }

    public void unmarkNoCompact(BlockId id) throws BucketUnavailable {
        remove(id, BlockPaths.NO_COMPACT_MARK);
    }

    private void remove(BlockId id, String mark) throws BucketUnavailable {
        bucket.delete(BlockPaths.file(id, mark));
        bucket.delete(BlockPaths.globalMark(id, mark));
    }
}
