package io.engram.compactor.tenant;

import io.engram.bucket.index.BucketIndexUpdater;
import io.engram.compactor.plan.BlockMarks;
import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * What a tenant has in the bucket, as of one listing.
 *
 * @param blocks with a meta that can be read, marked ones among them; by id
 * @param deletionS when blocks were marked for deletion, seconds since the Unix epoch
 * @param noCompact blocks that are marked to stay as they are
 * @param partial folders of blocks without a meta that can be read, and why
 * @param orphanMarks copies of marks whose block is gone
 */
public record TenantView(
        List<BlockMeta> blocks,
        SortedMap<BlockId, Long> deletionS,
        Set<BlockId> noCompact,
        SortedMap<BlockId, String> partial,
        Set<BlockId> orphanMarks) {

    static TenantView of(
            BucketIndexUpdater.Update update,
            Collection<BlockMeta> metas,
            Set<BlockId> listedForDeletion,
            Set<BlockId> notToCompact) {
        SortedMap<BlockId, Long> deletionS = new TreeMap<>();
        update.index().deletionMarks().forEach(mark -> deletionS.put(mark.id(), mark.timeS()));
        Set<BlockId> orphans = new TreeSet<>(listedForDeletion);
        orphans.addAll(notToCompact);
        update.index().blocks().forEach(block -> orphans.remove(block.id()));
        orphans.removeAll(update.partial().keySet());
        return new TenantView(List.copyOf(metas), deletionS, Set.copyOf(notToCompact), update.partial(), orphans);
    }

    public BlockMarks marks() {
        return new BlockMarks(deletionS.keySet(), noCompact);
    }

    /** The same, with more blocks marked for deletion. */
    TenantView withDeleted(Collection<BlockId> ids, long nowS) {
        SortedMap<BlockId, Long> marked = new TreeMap<>(deletionS);
        ids.forEach(id -> marked.putIfAbsent(id, nowS));
        return new TenantView(blocks, marked, noCompact, partial, orphanMarks);
    }

    /** The same, without blocks that are gone. */
    TenantView without(Collection<BlockId> gone) {
        Set<BlockId> ids = new HashSet<>(gone);
        SortedMap<BlockId, Long> marked = new TreeMap<>(deletionS);
        marked.keySet().removeAll(ids);
        SortedMap<BlockId, String> parts = new TreeMap<>(partial);
        parts.keySet().removeAll(ids);
        return new TenantView(
                blocks.stream().filter(block -> !ids.contains(block.id())).toList(),
                marked,
                noCompact,
                parts,
                orphanMarks);
    }
}
