package io.engram.model.block;

import java.util.List;

/**
 * Where a block comes from.
 *
 * @param level 1 for a block out of a head, one more with every compaction
 * @param sources the blocks out of heads that went into it, at any depth; itself at level 1
 * @param deletable a compaction left nothing in it
 * @param parents the blocks it was made from directly
 * @param failed a compaction of it failed before
 */
public record Compaction(
        int level, List<BlockId> sources, boolean deletable, List<Parent> parents, boolean failed, List<String> hints) {
    /** Hint of a block made of samples that came out of order. */
    public static final String FROM_OUT_OF_ORDER = "from-out-of-order";

    /** @param maxTimeMs excluded */
    public record Parent(BlockId id, long minTimeMs, long maxTimeMs) {}

    public Compaction {
        if (level < 0) {
            throw new IllegalArgumentException("the compaction level is " + level + ", expected at least 0");
        }
        sources = List.copyOf(sources);
        parents = List.copyOf(parents);
        hints = List.copyOf(hints);
    }

    /** Of a block that a head was written to. */
    public static Compaction ofHead(BlockId id, boolean outOfOrder) {
        return new Compaction(
                1, List.of(id), false, List.of(), false, outOfOrder ? List.of(FROM_OUT_OF_ORDER) : List.of());
    }

    public boolean fromOutOfOrder() {
        return hints.contains(FROM_OUT_OF_ORDER);
    }
}
