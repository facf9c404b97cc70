package io.engram.compactor.plan;

import io.engram.model.block.BlockFile;
import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.block.BlockStats;
import io.engram.model.block.Compaction;
import io.engram.model.block.EngramSection;
import io.engram.model.block.Folded;
import io.engram.model.block.ThanosSection;
import io.engram.model.labels.Labels;
import io.engram.model.replica.ActivityTable;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** Blocks as the planner sees them. */
public final class Metas {
    public static final long HOUR_MS = 3_600_000;
    public static final PlanRules RULES =
            new PlanRules(List.of(2 * HOUR_MS, 12 * HOUR_MS, 24 * HOUR_MS), 25 * 60_000L, 64L << 30);

    /** Two replicas sent something. */
    public static final ActivityTable PAIR = ActivityTable.builder()
            .add("pair", "a", 1, 10, 1)
            .add("pair", "b", 1, 10, 1)
            .build();

    private Metas() {}

    /** @param serial two blocks of one time and serial are one */
    public static BlockId id(long bornMs, long serial) {
        return BlockId.of(bornMs, 0, serial);
    }

    /** Out of a head. */
    public static BlockMeta head(BlockId id, long minMs, long endMs) {
        return of(id, minMs, endMs, Compaction.ofHead(id, false), Labels.EMPTY, 0, 1000);
    }

    public static BlockMeta head(BlockId id, long minMs, long endMs, Labels labels, long resolutionMs) {
        return of(id, minMs, endMs, Compaction.ofHead(id, false), labels, resolutionMs, 1000);
    }

    public static BlockMeta merged(BlockId id, long minMs, long endMs, BlockId... sources) {
        return of(
                id,
                minMs,
                endMs,
                new Compaction(2, List.of(sources), false, List.of(), false, List.of()),
                Labels.EMPTY,
                0,
                1000);
    }

    public static BlockMeta of(
            BlockId id,
            long minMs,
            long endMs,
            Compaction compaction,
            Labels labels,
            long resolutionMs,
            long indexBytes) {
        ThanosSection thanos = new ThanosSection(
                labels, resolutionMs, "test", List.of(), List.of(new BlockFile("index", indexBytes)), "");
        return new BlockMeta(id, minMs, endMs, new BlockStats(1, 1, 0, 1, 1, 0), compaction, Optional.of(thanos));
    }

    /** What a job makes of its blocks. */
    public static BlockMeta done(PlannedJob job, BlockId id) {
        BlockMeta done = done(job.blocks(), id);
        return job.fold().isPresent() ? folded(done, job.blocks().getFirst()) : done;
    }

    /** The same, as what a block was folded into. */
    public static BlockMeta folded(BlockMeta done, BlockMeta original) {
        Compaction compaction = done.compaction();
        return new BlockMeta(
                done.id(),
                done.minTimeMs(),
                done.maxTimeMs(),
                done.stats(),
                new Compaction(
                        compaction.level() + 1,
                        compaction.sources(),
                        false,
                        List.of(new Compaction.Parent(original.id(), original.minTimeMs(), original.maxTimeMs())),
                        false,
                        List.of()),
                done.thanos(),
                new EngramSection(done.engram().activity(), Optional.of(new Folded(1, 0, 0, 0, 0))));
    }

    static BlockMeta done(Collection<BlockMeta> blocks, BlockId id) {
        TreeSet<BlockId> sources = new TreeSet<>();
        blocks.forEach(block -> sources.addAll(Lineage.sources(block)));
        BlockMeta first = blocks.iterator().next();
        return of(
                        id,
                        blocks.stream().mapToLong(BlockMeta::minTimeMs).min().orElseThrow(),
                        blocks.stream().mapToLong(BlockMeta::maxTimeMs).max().orElseThrow(),
                        new Compaction(2, new ArrayList<>(sources), false, List.of(), false, List.of()),
                        first.labels(),
                        first.thanos().orElseThrow().resolutionMs(),
                        1000)
                .withEngram(first.engram());
    }
}
