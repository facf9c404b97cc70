package io.engram.compactor.plan;

import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.block.Compaction;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;

/** What the sources of a block say about it. */
public final class Lineage {
    /**
     * In which order blocks win where two have a sample at one time: the one whose oldest source came first, which is the
     * same before and after any of them was merged with others. A merge of 1 and 3 therefore stands before block 2.
     */
    public static final Comparator<BlockMeta> PRECEDENCE = Comparator.comparing(
                    (BlockMeta meta) -> Collections.min(sources(meta)))
            .thenComparing(BlockMeta::id);

    private Lineage() {}

    /** The blocks out of heads that went into it; the block itself where its writer did not say. */
    public static List<BlockId> sources(BlockMeta meta) {
        List<BlockId> sources = meta.compaction().sources();
        return sources.isEmpty() ? List.of(meta.id()) : sources;
    }

    /** The same meta, with itself as source where it names none, so that what is merged from it names it. */
    public static BlockMeta withSources(BlockMeta meta) {
        Compaction old = meta.compaction();
        if (!old.sources().isEmpty()) {
            return meta;
        }
        return new BlockMeta(
                meta.id(),
                meta.minTimeMs(),
                meta.maxTimeMs(),
                meta.stats(),
                new Compaction(old.level(), sources(meta), old.deletable(), old.parents(), old.failed(), old.hints()),
                meta.thanos(),
                meta.engram());
    }

    /** When the youngest of its sources was written, since the Unix epoch. */
    static long bornMs(BlockMeta meta) {
        return Collections.max(sources(meta)).timeMs();
    }
}
