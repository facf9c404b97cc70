package io.engram.compactor.plan;

import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.tsdb.fold.FoldRange;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * Which blocks of a group are to be folded.
 *
 * <ol>
 *   <li>A slot of the largest range in which one block is left, and nothing else: all merging is over. So a range is folded
 *       once, whole, and never together with something folded; what comes later into it stays beside it.
 *   <li>The block counted samples of two replicas of a pair, has no tombstones, and is not folded.
 *   <li>The slot is so long over that all heads have let go of it and of the windows behind it: see {@link #isOver}.
 *   <li>None of the blocks that a fold must read around it is in a job already.
 * </ol>
 */
final class FoldPlan {
    /** A head writes a range when half of the smallest is over behind it, and keeps it some time after it is shipped. */
    private static final int SMALLEST_RANGES_TO_SHIP = 2;

    /** Shorter ones would be all border. */
    private static final long SHORTEST_RANGE_MS = 3_600_000;

    private final PlanRules plan;
    private final FoldRules rules;
    private final Readiness readiness;
    private final Predicate<BlockMeta> mergeable;

    FoldPlan(PlanRules plan, FoldRules rules, Readiness readiness, Predicate<BlockMeta> mergeable) {
        this.plan = plan;
        this.rules = rules;
        this.readiness = readiness;
        this.mergeable = mergeable;
    }

    /**
     * @param live of one group, none superseded, folded ones and those that must stay as they are among them
     * @param taken blocks that are in jobs; those of the jobs that are returned are added
     */
    List<PlannedJob> plan(Collection<BlockMeta> live, Set<BlockId> taken) {
        long rangeMs = plan.rangesMs().getLast();
        if (!rules.on() || rules.replicaLabels().isEmpty() || rangeMs < SHORTEST_RANGE_MS) {
            return List.of();
        }
        TreeMap<Long, List<BlockMeta>> slots = new TreeMap<>();
        for (BlockMeta block : live) {
            for (long slot = Math.floorDiv(block.minTimeMs(), rangeMs);
                    slot <= Math.floorDiv(CompactionPlanner.lastMs(block), rangeMs);
                    slot++) {
                slots.computeIfAbsent(slot, _ -> new ArrayList<>()).add(block);
            }
        }
        List<PlannedJob> jobs = new ArrayList<>();
        slots.forEach((slot, members) -> {
            FoldRange range = new FoldRange(slot * rangeMs, (slot + 1) * rangeMs);
            if (members.size() == 1 && isFoldable(members.getFirst(), range)) {
                add(members.getFirst(), range, live, taken, jobs);
            }
        });
        return jobs;
    }

    private boolean isFoldable(BlockMeta block, FoldRange range) {
        return !block.isFolded()
                && mergeable.test(block)
                && block.minTimeMs() >= range.startMs()
                && CompactionPlanner.lastMs(block) < range.endMs()
                && block.stats().tombstones() == 0
                && block.engram().activity().clusters().stream().anyMatch(pair -> pair.replicaCount() > 1)
                && isOver(range, block);
    }

    /**
     * Whether nothing more is to come, and no head has any of it: samples as late as they may be have come, the range behind
     * was shipped, and the tenant has a block that begins behind that one. Or nothing came for as long as a range is long.
     */
    private boolean isOver(FoldRange range, BlockMeta block) {
        long smallestMs = plan.rangesMs().getFirst();
        long shippedMs = range.endMs() + rules.lateMs() + SMALLEST_RANGES_TO_SHIP * smallestMs + plan.waitMs();
        return readiness.isAfter(shippedMs)
                && readiness.isPast(range.endMs() + smallestMs, range.endMs() - range.startMs(), List.of(block));
    }

    private void add(
            BlockMeta block, FoldRange range, Collection<BlockMeta> live, Set<BlockId> taken, List<PlannedJob> jobs) {
        List<BlockMeta> around = live.stream()
                .filter(other -> other != block && other.overlaps(range.readFromMs(), range.readToMs()))
                .sorted(Lineage.PRECEDENCE)
                .toList();
        PlannedJob job = new PlannedJob(
                range.startMs(),
                range.endMs(),
                List.of(block),
                Optional.of(new PlannedJob.Fold(around, rules.replicaLabels(), rules.clusterLabel())));
        if (job.readIds().stream().noneMatch(taken::contains) && job.allIndexBytes() <= plan.maxIndexBytes()) {
            taken.addAll(job.readIds());
            jobs.add(job);
        }
    }
}
