package io.engram.compactor.plan;

import io.engram.model.block.BlockId;
import java.util.Set;

/**
 * What was said about blocks after they were written.
 *
 * @param deletion will be deleted
 * @param noCompact stay as they are
 */
public record BlockMarks(Set<BlockId> deletion, Set<BlockId> noCompact) {
    public static final BlockMarks NONE = new BlockMarks(Set.of(), Set.of());

    public BlockMarks {
        deletion = Set.copyOf(deletion);
        noCompact = Set.copyOf(noCompact);
    }
}
