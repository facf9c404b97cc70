package io.engram.compactor.plan;

import static io.engram.compactor.plan.Metas.HOUR_MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.block.EngramSection;
import io.engram.model.labels.Labels;
import io.engram.model.testing.Seeds;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** What holds of plans for whatever blocks there are. */
class CompactionPlannerPropertiesTest {
    private static final int ROUNDS = 300;
    private static final long START_MS = 19_000 * 24 * HOUR_MS;
    private static final List<Labels> GROUPS =
            List.of(Labels.EMPTY, Labels.of(Map.of("region", "eu")), Labels.of(Map.of("region", "us")));

    private static final FoldRules FOLD = new FoldRules(true, List.of("__replica__"), "cluster", 2 * HOUR_MS);

    private final CompactionPlanner planner = new CompactionPlanner(Metas.RULES);

    @Test
    void noBlockIsInTwoJobsAndEveryJobLiesInOneAlignedRange() {
        Seeds.check(ROUNDS, random -> {
            World world = World.random(random);
            CompactionPlan plan = world.plan(planner);
            Set<BlockId> seen = new HashSet<>(world.deleted);
            seen.addAll(world.noCompact);
            plan.superseded()
                    .forEach(found -> assertTrue(seen.add(found.block().id())
                            || world.noCompact.contains(found.block().id())));
            for (PlannedJob job : plan.jobs()) {
                long rangeMs = job.rangeEndMs() - job.rangeStartMs();
                assertTrue(Metas.RULES.rangesMs().contains(rangeMs));
                assertEquals(0, Math.floorMod(job.rangeStartMs(), rangeMs));
                for (BlockMeta block : job.blocks()) {
                    assertTrue(seen.add(block.id()), "in two jobs, superseded or marked: " + block.id());
                    assertTrue(block.minTimeMs() >= job.rangeStartMs() && block.maxTimeMs() <= job.rangeEndMs());
                    assertEquals(job.blocks().getFirst().labels(), block.labels());
                    assertEquals(job.blocks().getFirst().isFolded(), block.isFolded(), "never mixes");
                }
                for (BlockMeta block : job.fold().map(PlannedJob.Fold::around).orElse(List.of())) {
                    assertTrue(
                            world.noCompact.contains(block.id()) || seen.add(block.id()),
                            "read for two jobs, or in another: " + block.id());
                }
            }
        });
    }

    @Test
    void theOrderOfTheBlocksDoesNotMatter() {
        Seeds.check(ROUNDS, random -> {
            World world = World.random(random);
            CompactionPlan plan = world.plan(planner);
            List<BlockMeta> shuffled = new ArrayList<>(world.blocks.values());
            Collections.shuffle(shuffled, new Random(random.nextLong()));
            assertEquals(plan, planner.plan(shuffled, world.marks(), FOLD, world.nowMs));
        });
    }

    @Test
    void doingJobsComesToAnEndWithOneBlockPerPastSlotAndNothingLost() {
        Seeds.check(ROUNDS, random -> {
            World world = World.random(random);
            Set<BlockId> sources = world.sources();
            int steps = world.settle(planner, random, 0);
            assertTrue(steps <= 2 * world.blocks.size(), "steps: " + steps);
            assertEquals(sources, world.sources());
            assertNothingLeftToMerge(world);
        });
    }

    /** Compactors die between upload, marks and the next plan, and others that saw older blocks upload theirs. */
    @Test
    void crashesAndTwinsLoseNothingAndLeaveNothingTwice() {
        Seeds.check(ROUNDS, random -> {
            World world = World.random(random);
            Set<BlockId> sources = world.sources();
            world.settle(planner, random, 3);
            world.settle(planner, random, 0);
            assertEquals(sources, world.sources());
            for (Labels group : GROUPS) {
                Set<BlockId> covered = new HashSet<>();
                for (BlockMeta block : world.live()) {
                    if (block.labels().equals(group) && !world.noCompact.contains(block.id())) {
                        List<BlockId> own = new ArrayList<>(Lineage.sources(block));
                        own.removeAll(covered);
                        assertTrue(!own.isEmpty(), "all of it is elsewhere too: " + block.id());
                        covered.addAll(own);
                    }
                }
            }
        });
    }

    @Test
    void everyDayOfAPairThatIsOneBlockIsFoldedOnceAndWholeAndNoOther() {
        Seeds.check(ROUNDS, random -> {
            World world = World.random(random);
            world.settle(planner, random, random.nextInt(3));
            world.settle(planner, random, 0);
            long dayMs = Metas.RULES.rangesMs().getLast();
            for (BlockMeta block : world.live()) {
                long startMs = Math.floorDiv(block.minTimeMs(), dayMs) * dayMs;
                boolean alone = block.maxTimeMs() <= startMs + dayMs
                        && world.live().stream()
                                .noneMatch(other -> other != block
                                        && other.labels().equals(block.labels())
                                        && other.overlaps(startMs, startMs + dayMs - 1));
                boolean pair = !block.engram().activity().isEmpty();
                assertEquals(alone && pair && !world.noCompact.contains(block.id()), block.isFolded(), block::toString);
                long times = world.blocks.values().stream()
                        .filter(other -> other.isFolded()
                                && Lineage.sources(other).equals(Lineage.sources(block))
                                && other.compaction()
                                        .parents()
                                        .equals(block.compaction().parents()))
                        .count();
                assertTrue(times <= 1 + world.twinFolds, "folded again: " + block);
            }
        });
    }

    private static void assertNothingLeftToMerge(World world) {
        long dayMs = Metas.RULES.rangesMs().getLast();
        Map<String, BlockMeta> days = new TreeMap<>();
        for (BlockMeta block : world.live()) {
            long day = Math.floorDiv(block.minTimeMs(), dayMs);
            boolean fits = day == Math.floorDiv(block.maxTimeMs() - 1, dayMs);
            if (fits && !world.noCompact.contains(block.id())) {
                BlockMeta other = days.put(block.labels() + "/" + day, block);
                assertEquals(null, other, "two blocks of one day");
            }
        }
    }

    /** A tenant's part of a bucket, long after its last block came. */
    private static final class World {
        final TreeMap<BlockId, BlockMeta> blocks = new TreeMap<>();
        final Set<BlockId> deleted = new HashSet<>();
        final Set<BlockId> noCompact = new HashSet<>();
        final long nowMs = START_MS + 1000 * 24 * HOUR_MS;
        private long serial;
        int twinFolds;

        static World random(SplittableRandom random) {
            World world = new World();
            int count = random.nextInt(1, 60);
            for (int i = 0; i < count; i++) {
                long lengthMs = random.nextInt(4) > 0 ? 2 * HOUR_MS : random.nextLong(1, 26 * HOUR_MS);
                long startMs = START_MS + random.nextInt(36) * 2 * HOUR_MS;
                if (random.nextInt(4) == 0) {
                    startMs += random.nextLong(2 * HOUR_MS);
                }
                BlockMeta block =
                        Metas.head(world.newId(random), startMs, startMs + lengthMs, GROUPS.get(random.nextInt(3)), 0);
                if (!block.labels().equals(GROUPS.getLast())) {
                    block = block.withEngram(new EngramSection(Metas.PAIR));
                }
                world.blocks.put(block.id(), block);
                if (random.nextInt(20) == 0) {
                    world.noCompact.add(block.id());
                }
            }
            return world;
        }

        BlockId newId(SplittableRandom random) {
            return Metas.id(START_MS + random.nextInt(1000), serial++);
        }

        BlockMarks marks() {
            return new BlockMarks(deleted, noCompact);
        }

        List<BlockMeta> live() {
            return blocks.values().stream()
                    .filter(block -> !deleted.contains(block.id()))
                    .toList();
        }

        Set<BlockId> sources() {
            Set<BlockId> all = new TreeSet<>();
            live().forEach(block -> all.addAll(Lineage.sources(block)));
            return all;
        }

        CompactionPlan plan(CompactionPlanner planner) {
            return planner.plan(blocks.values(), marks(), FOLD, nowMs);
        }

        /** Plans and does jobs until nothing is left, or {@code crashes} have happened. */
        int settle(CompactionPlanner planner, SplittableRandom random, int crashes) {
            int left = crashes;
            for (int step = 0; ; step++) {
                CompactionPlan plan = plan(planner);
                if (plan.jobs().isEmpty() && plan.superseded().isEmpty()) {
                    return step;
                }
                plan.superseded().forEach(found -> deleted.add(found.block().id()));
                for (PlannedJob job : plan.jobs()) {
                    boolean twin = crashes > 0 && random.nextInt(3) == 0;
                    boolean dies = left > 0 && random.nextInt(3) == 0;
                    upload(Metas.done(job, newId(random)));
                    if (twin) {
                        // It did not see the last block of the job, or saw all.
                        int unseen = job.fold().isPresent()
                                ? 0
                                : random.nextInt(Math.min(2, job.blocks().size() - 1));
                        twinFolds += job.fold().isPresent() ? 1 : 0;
                        upload(
                                unseen == 0
                                        ? Metas.done(job, newId(random))
                                        : Metas.done(
                                                job.blocks()
                                                        .subList(0, job.blocks().size() - unseen),
                                                newId(random)));
                    }
                    int marked = dies
                            ? random.nextInt(job.blocks().size())
                            : job.blocks().size();
                    job.ids().subList(0, marked).forEach(deleted::add);
                    if (dies) {
                        left--;
                        break;
                    }
                }
                if (crashes > 0 && left == 0) {
                    return step;
                }
                assertTrue(step < 1000, "no end");
            }
        }

        private void upload(BlockMeta block) {
            blocks.put(block.id(), block);
        }
    }
}
