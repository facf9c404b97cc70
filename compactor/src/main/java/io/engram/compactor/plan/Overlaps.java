package io.engram.compactor.plan;

import io.engram.model.block.BlockMeta;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;

/** Which blocks have times in common. */
final class Overlaps {
    private static final Comparator<BlockMeta> BY_TIME =
            Comparator.comparingLong(BlockMeta::minTimeMs).thenComparing(BlockMeta::id);

    private Overlaps() {}

    /** Blocks that overlap, one with another, together; those that overlap none alone. By time. */
    static List<List<BlockMeta>> groups(Collection<BlockMeta> blocks) {
        List<List<BlockMeta>> groups = new ArrayList<>();
        long end = 0;
        for (BlockMeta block : blocks.stream().sorted(BY_TIME).toList()) {
            if (groups.isEmpty() || block.minTimeMs() >= end) {
                groups.add(new ArrayList<>());
                end = block.maxTimeMs();
            }
            groups.getLast().add(block);
            end = Math.max(end, block.maxTimeMs());
        }
        return groups;
    }
}
