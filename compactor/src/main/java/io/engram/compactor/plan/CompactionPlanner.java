package io.engram.compactor.plan;

import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.block.ThanosSection;
import io.engram.model.labels.Labels;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Plans the compaction of one tenant. A pure function: the same blocks, marks and time give the same jobs, in whatever order
 * the blocks come.
 *
 * <ol>
 *   <li>Blocks with a deletion mark are not there. Blocks that another makes needless are {@linkplain Supersession found}.
 *   <li>Only blocks of equal external labels, resolution and extensions are merged, and only samples as they came:
 *       aggregates of down-sampling are no samples. (In extensions a compactor of Cortex says which part of the series a
 *       block has.)
 *   <li>A block belongs to the slots that it lies in as a whole, one for each range: {@code [k × range, (k + 1) × range)}.
 *       One that crosses a border of the largest range stays as it is.
 *   <li>Ranges are looked at from the smallest. Two or more blocks in a slot of the smallest are merged: copies of the
 *       replication factor, late samples, the parts that a flush left.
 *   <li>In a bigger slot all blocks are merged when it is {@linkplain Readiness past}; before that, those alone that
 *       overlap and fit no smaller range.
 *   <li>A slot in which a block is too young, or is in a job already, waits: it is looked at again when that is over.
 *   <li>What is left alone in a slot of the largest range, and long over, is {@linkplain FoldPlan folded}. Folded blocks are
 *       merged with folded ones only: that is, hardly ever.
 * </ol>
 *
 * <p>Every job makes one block out of two or more, in the same slot, or a folded one out of one that is not. So doing jobs
 * and planning anew comes to an end.
 */
public final class CompactionPlanner {
    private static final Comparator<BlockMeta> BY_ID = Comparator.comparing(BlockMeta::id);
    private static final Comparator<Labels> BY_TEXT = Comparator.comparing(Labels::toString);

    private final PlanRules rules;

    public CompactionPlanner(PlanRules rules) {
        this.rules = rules;
    }

    /**
     * @param blocks all of the tenant that have a meta
     * @param fold whether and when its replicas are folded
     * @param nowMs since the Unix epoch
     * @return jobs of small ranges first, in each range the oldest first
     */
    public CompactionPlan plan(Collection<BlockMeta> blocks, BlockMarks marks, FoldRules fold, long nowMs) {
        List<BlockMeta> live = blocks.stream()
                .filter(block -> !marks.deletion().contains(block.id()))
                .sorted(BY_ID)
                .toList();
        Map<Group, List<BlockMeta>> groups = new TreeMap<>(Comparator.comparing(Group::labels, BY_TEXT)
                .thenComparingLong(Group::resolutionMs)
                .thenComparing(Group::extensions));
        for (BlockMeta block : live) {
            groups.computeIfAbsent(Group.of(block), _ -> new ArrayList<>()).add(block);
        }
        Readiness readiness = Readiness.of(live, rules.waitMs(), nowMs);
        List<CompactionPlan.Superseded> superseded = new ArrayList<>();
        List<PlannedJob> jobs = new ArrayList<>();
        groups.forEach((group, members) -> {
            List<CompactionPlan.Superseded> needless = Supersession.find(members, block -> isMergeable(block, marks));
            superseded.addAll(needless);
            if (group.resolutionMs == 0) {
                Set<BlockId> out = new HashSet<>();
                needless.forEach(found -> out.add(found.block().id()));
                List<BlockMeta> kept = members.stream()
                        .filter(block -> !out.contains(block.id()))
                        .toList();
                Set<BlockId> taken = new HashSet<>();
                for (boolean folded : new boolean[] {false, true}) {
                    jobs.addAll(new GroupPlan(readiness, taken)
                            .plan(kept.stream()
                                    .filter(block -> isMergeable(block, marks) && block.isFolded() == folded)
                                    .toList()));
                }
                jobs.addAll(new FoldPlan(rules, fold, readiness, block -> isMergeable(block, marks)).plan(kept, taken));
            }
        });
        jobs.sort(Comparator.comparingLong((PlannedJob job) -> job.rangeEndMs() - job.rangeStartMs())
                .thenComparingLong(PlannedJob::rangeStartMs));
        return new CompactionPlan(jobs, superseded);
    }

    private static boolean isMergeable(BlockMeta block, BlockMarks marks) {
        return !marks.noCompact().contains(block.id()) && !block.compaction().failed();
    }

    /** Blocks that may be merged with each other. */
    private record Group(Labels labels, long resolutionMs, String extensions) {
        static Group of(BlockMeta block) {
            return new Group(
                    block.labels(),
                    block.thanos().map(ThanosSection::resolutionMs).orElse(0L),
                    block.thanos().map(ThanosSection::extensions).orElse(""));
        }
    }

    /** The jobs of one group, as they come together. */
    private final class GroupPlan {
        private final Readiness readiness;
        private final Map<BlockId, Long> smallestRangeMs = new HashMap<>();
        private final Set<BlockId> taken;
        private final List<PlannedJob> jobs = new ArrayList<>();

        /** @param taken blocks that are in jobs; those of the jobs that are planned are added */
        GroupPlan(Readiness readiness, Set<BlockId> taken) {
            this.readiness = readiness;
            this.taken = taken;
        }

        List<PlannedJob> plan(List<BlockMeta> blocks) {
            for (long rangeMs : rules.rangesMs()) {
                TreeMap<Long, List<BlockMeta>> slots = new TreeMap<>();
                for (BlockMeta block : blocks) {
                    long slot = Math.floorDiv(block.minTimeMs(), rangeMs);
                    if (slot == Math.floorDiv(lastMs(block), rangeMs)) {
                        smallestRangeMs.putIfAbsent(block.id(), rangeMs);
                        slots.computeIfAbsent(slot, _ -> new ArrayList<>()).add(block);
                    }
                }
                slots.forEach((slot, members) -> slot(slot * rangeMs, rangeMs, members));
            }
            return jobs;
        }

        private void slot(long startMs, long rangeMs, List<BlockMeta> members) {
            boolean waits =
                    members.stream().anyMatch(block -> taken.contains(block.id()) || !readiness.isSettled(block));
            if (waits) {
                return;
            }
            boolean smallest = rangeMs == rules.rangesMs().getFirst();
            if (smallest || readiness.isPast(startMs + rangeMs, rangeMs, members)) {
                add(startMs, rangeMs, members);
                return;
            }
            List<BlockMeta> wide = members.stream()
                    .filter(block -> smallestRangeMs.get(block.id()) == rangeMs)
                    .toList();
            Overlaps.groups(wide).forEach(overlapping -> add(startMs, rangeMs, overlapping));
        }

        private void add(long startMs, long rangeMs, List<BlockMeta> members) {
            if (members.size() < 2) {
                return;
            }
            PlannedJob job = new PlannedJob(
                    startMs,
                    startMs + rangeMs,
                    members.stream().sorted(Lineage.PRECEDENCE).toList());
            if (job.allIndexBytes() <= rules.maxIndexBytes()) {
                taken.addAll(job.ids());
                jobs.add(job);
            }
        }
    }

    /** The end is excluded, but a block without any time is somewhere too. */
    static long lastMs(BlockMeta block) {
        return Math.max(block.minTimeMs(), block.maxTimeMs() - 1);
    }
}
