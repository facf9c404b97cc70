package io.engram.compactor.plan;

import static io.engram.compactor.plan.Metas.HOUR_MS;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.block.Compaction;
import io.engram.model.block.ThanosSection;
import io.engram.model.labels.Labels;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class CompactionPlannerTest {
    /** Midnight of some day, and a time long after all blocks were made. */
    private static final long DAY_MS = 20_000 * 24 * HOUR_MS;

    private static final long LATER_MS = DAY_MS + 200 * 24 * HOUR_MS;

    private final CompactionPlanner planner = new CompactionPlanner(Metas.RULES);

    @Test
    void copiesOfARangeAreMergedFirst() {
        BlockMeta a = block(0, 2, 1);
        BlockMeta b = block(0, 2, 2);
        BlockMeta c = block(0, 2, 3);
        BlockMeta next = block(2, 4, 1);
        List<PlannedJob> jobs = jobs(a, b, c, next, block(30, 32, 1));
        assertEquals(List.of(ids(a, b, c)), jobs.stream().map(PlannedJob::ids).toList());
        assertTrue(jobs.getFirst().isVertical());
        assertEquals(DAY_MS, jobs.getFirst().rangeStartMs());
        assertEquals(DAY_MS + 2 * HOUR_MS, jobs.getFirst().rangeEndMs());
    }

    @Test
    void aPastRangeIsMergedAsAWhole() {
        List<BlockMeta> morning = new ArrayList<>();
        for (int hour = 0; hour < 12; hour += 2) {
            morning.add(block(hour, hour + 2, 1));
        }
        List<BlockMeta> all = new ArrayList<>(morning);
        all.add(block(12, 14, 1));
        List<PlannedJob> jobs = plan(all, LATER_MS).jobs();
        assertEquals(1, jobs.size());
        assertEquals(morning, jobs.getFirst().blocks());
        assertFalse(jobs.getFirst().isVertical());
        assertEquals(
                12 * HOUR_MS, jobs.getFirst().rangeEndMs() - jobs.getFirst().rangeStartMs());
    }

    @Test
    void aRangeThatMayStillGrowWaits() {
        long soon = DAY_MS + 9 * HOUR_MS;
        assertEquals(
                List.of(),
                plan(List.of(block(0, 2, 1), block(2, 4, 1), block(4, 6, 1)), soon)
                        .jobs());
    }

    @Test
    void theLastRangeOfATenantThatHasGoneIsMergedOnceItHasBeenQuietForItsLength() {
        List<BlockMeta> blocks = List.of(block(0, 2, 1), block(2, 4, 1)); // the second is born at 4
        assertEquals(0, plan(blocks, DAY_MS + 16 * HOUR_MS - 1).jobs().size());
        assertEquals(1, plan(blocks, DAY_MS + 16 * HOUR_MS).jobs().size());
    }

    @Test
    void aTenantWhoseDataBeginsAtZeroIsCompacted() {
        BlockMeta a = Metas.head(Metas.id(LATER_MS, 1), 0, 2 * HOUR_MS);
        BlockMeta b = Metas.head(Metas.id(LATER_MS, 2), 2 * HOUR_MS, 4 * HOUR_MS);
        BlockMeta c = Metas.head(Metas.id(LATER_MS, 3), 24 * HOUR_MS, 26 * HOUR_MS);
        List<PlannedJob> jobs =
                plan(List.of(a, b, c), LATER_MS + Metas.RULES.waitMs()).jobs();
        assertEquals(List.of(ids(a, b)), jobs.stream().map(PlannedJob::ids).toList());
    }

    @Test
    void timesBeforeTheEpochHaveRangesToo() {
        BlockMeta a = Metas.head(Metas.id(DAY_MS, 1), -2 * HOUR_MS, 0);
        BlockMeta b = Metas.head(Metas.id(DAY_MS, 2), -2 * HOUR_MS, -HOUR_MS);
        PlannedJob job = plan(List.of(a, b), LATER_MS).jobs().getFirst();
        assertEquals(-2 * HOUR_MS, job.rangeStartMs());
        assertEquals(0, job.rangeEndMs());
    }

    @Test
    void aRangeWaitsForCopiesOfItsYoungestBlock() {
        BlockMeta a = block(0, 2, 1);
        BlockMeta late = Metas.head(Metas.id(DAY_MS + 50 * HOUR_MS, 1), DAY_MS, DAY_MS + HOUR_MS);
        List<BlockMeta> blocks = List.of(a, late, block(30, 32, 1));
        long settled = DAY_MS + 50 * HOUR_MS + Metas.RULES.waitMs();
        assertEquals(0, plan(blocks, settled - 1).jobs().size());
        assertEquals(1, plan(blocks, settled).jobs().size());
    }

    @Test
    void aBlockOfAClockFarAheadDoesNotHoldUpItsRange() {
        BlockMeta a = block(0, 2, 1);
        BlockMeta ahead = Metas.head(Metas.id(LATER_MS + 1000 * HOUR_MS, 1), DAY_MS, DAY_MS + HOUR_MS);
        assertEquals(1, plan(List.of(a, ahead), LATER_MS).jobs().size());
    }

    @Test
    void aBiggerRangeWaitsForTheJobsInside() {
        BlockMeta copy = block(0, 2, 2);
        List<PlannedJob> jobs = jobs(block(0, 2, 1), copy, block(2, 4, 1), block(30, 32, 1));
        assertEquals(1, jobs.size());
        assertEquals(2 * HOUR_MS, jobs.getFirst().rangeEndMs() - jobs.getFirst().rangeStartMs());
    }

    @Test
    void lateSamplesOfADayThatIsMergedAreMergedIntoIt() {
        BlockMeta day = Metas.merged(Metas.id(DAY_MS + 30 * HOUR_MS, 1), DAY_MS, DAY_MS + 24 * HOUR_MS, id(2, 1));
        BlockMeta late = Metas.head(id(40, 9), DAY_MS + 5 * HOUR_MS, DAY_MS + 6 * HOUR_MS);
        List<PlannedJob> jobs = jobs(day, late, block(48, 50, 1));
        assertEquals(List.of(ids(day, late)), jobs.stream().map(PlannedJob::ids).toList());
    }

    @Test
    void wideBlocksThatOverlapAreMergedBeforeTheirRangeIsPast() {
        BlockMeta a = Metas.head(id(8, 1), DAY_MS, DAY_MS + 7 * HOUR_MS);
        BlockMeta copy = Metas.head(id(8, 2), DAY_MS + HOUR_MS, DAY_MS + 7 * HOUR_MS);
        BlockMeta small = block(4, 6, 1);
        List<PlannedJob> jobs =
                plan(List.of(a, copy, small), DAY_MS + 9 * HOUR_MS).jobs();
        assertEquals(List.of(ids(a, copy)), jobs.stream().map(PlannedJob::ids).toList());
    }

    @Test
    void aBlockAcrossTheBorderOfTheLargestRangeStaysAsItIs() {
        BlockMeta across = Metas.head(id(26, 1), DAY_MS + 23 * HOUR_MS, DAY_MS + 25 * HOUR_MS);
        assertEquals(List.of(), jobs(across, block(23, 24, 1), block(60, 62, 1)));
    }

    @Test
    void externalLabelsAndResolutionsAreNeverMixed() {
        long start = DAY_MS;
        long end = DAY_MS + 2 * HOUR_MS;
        Labels one = Labels.of(Map.of("__compactor_shard_id__", "1_of_2"));
        Labels two = Labels.of(Map.of("__compactor_shard_id__", "2_of_2"));
        assertEquals(
                List.of(),
                jobs(
                        Metas.head(id(2, 1), start, end),
                        Metas.head(id(2, 2), start, end, one, 0),
                        Metas.head(id(2, 3), start, end, two, 0),
                        Metas.head(id(2, 4), start, end, Labels.EMPTY, 300_000)));
    }

    @Test
    void aggregatesAreNotMergedAsIfTheyWereSamples() {
        assertEquals(
                List.of(),
                jobs(
                        Metas.head(id(2, 1), DAY_MS, DAY_MS + HOUR_MS, Labels.EMPTY, 300_000),
                        Metas.head(id(2, 2), DAY_MS, DAY_MS + HOUR_MS, Labels.EMPTY, 300_000)));
    }

    @Test
    void partsOfTheSeriesThatExtensionsTellApartStayApart() {
        BlockMeta merged = Metas.merged(id(5, 1), DAY_MS, DAY_MS + 2 * HOUR_MS, id(2, 1), id(2, 2));
        BlockMeta twin = Metas.merged(id(5, 2), DAY_MS, DAY_MS + 2 * HOUR_MS, id(2, 1), id(2, 2));
        CompactionPlan plan = plan(List.of(part(merged, 0), part(twin, 1)), LATER_MS);
        assertEquals(List.of(), plan.jobs());
        assertEquals(List.of(), plan.superseded());
    }

    private static BlockMeta part(BlockMeta block, int part) {
        ThanosSection old = block.thanos().orElseThrow();
        return block.withThanos(new ThanosSection(
                old.labels(),
                0,
                old.source(),
                List.of(),
                old.files(),
                "{\"partition_info\":{\"partition_count\":2,\"partition_id\":" + part + "}}"));
    }

    @Test
    void markedBlocksAreLeftOut() {
        BlockMeta a = block(0, 2, 1);
        BlockMeta b = block(0, 2, 2);
        BlockMeta deleted = block(0, 2, 3);
        BlockMeta bad = block(0, 2, 4);
        CompactionPlan plan = planner.plan(
                List.of(a, b, deleted, bad),
                new BlockMarks(Set.of(deleted.id()), Set.of(bad.id())),
                FoldRules.OFF,
                LATER_MS);
        assertEquals(
                List.of(ids(a, b)), plan.jobs().stream().map(PlannedJob::ids).toList());
    }

    @Test
    void sourcesOfALiveBlockAreSupersededAndNotMergedAgain() {
        BlockMeta a = block(0, 2, 1);
        BlockMeta b = block(0, 2, 2);
        BlockMeta both = Metas.merged(id(5, 1), DAY_MS, DAY_MS + 2 * HOUR_MS, a.id(), b.id());
        CompactionPlan plan = plan(List.of(a, b, both), LATER_MS);
        assertEquals(
                List.of(new CompactionPlan.Superseded(a, both.id()), new CompactionPlan.Superseded(b, both.id())),
                plan.superseded());
        assertEquals(List.of(), plan.jobs());
    }

    @Test
    void ofTwoBlocksWithTheSameSourcesTheOlderStays() {
        BlockMeta first = Metas.merged(id(5, 1), DAY_MS, DAY_MS + 2 * HOUR_MS, id(2, 1), id(2, 2));
        BlockMeta second = Metas.merged(id(5, 2), DAY_MS, DAY_MS + 2 * HOUR_MS, id(2, 2), id(2, 1));
        assertEquals(
                List.of(new CompactionPlan.Superseded(second, first.id())),
                plan(List.of(second, first), LATER_MS).superseded());
    }

    @Test
    void aBlockThatMayBeUnreadableSupersedesNothing() {
        BlockMeta a = block(0, 2, 1);
        BlockMeta b = block(0, 2, 2);
        BlockMeta bad = Metas.merged(id(5, 1), DAY_MS, DAY_MS + 2 * HOUR_MS, a.id(), b.id());
        CompactionPlan plan =
                planner.plan(List.of(a, b, bad), new BlockMarks(Set.of(), Set.of(bad.id())), FoldRules.OFF, LATER_MS);
        assertEquals(List.of(), plan.superseded());
        assertEquals(
                List.of(ids(a, b)), plan.jobs().stream().map(PlannedJob::ids).toList());
    }

    @Test
    void aBlockThatGoesSupersedesNothing() {
        BlockMeta a = block(0, 2, 1);
        BlockMeta gone = Metas.merged(id(5, 1), DAY_MS, DAY_MS + 2 * HOUR_MS, a.id());
        assertEquals(
                List.of(),
                planner.plan(List.of(a, gone), new BlockMarks(Set.of(gone.id()), Set.of()), FoldRules.OFF, LATER_MS)
                        .superseded());
    }

    @Test
    void samplesOfTheOldestSourceWinWhereverTheyAre() {
        BlockMeta second = block(0, 2, 2);
        BlockMeta merged = Metas.merged(id(50, 1), DAY_MS, DAY_MS + 2 * HOUR_MS, id(2, 1), id(2, 3));
        PlannedJob job = jobs(second, merged).getFirst();
        assertEquals(ids(merged, second), job.ids());
    }

    @Test
    void blocksWhoseIndexWouldBeTooBigStayApart() {
        BlockId a = id(2, 1);
        BlockId b = id(2, 2);
        long half = Metas.RULES.maxIndexBytes() / 2;
        assertEquals(1, jobs(sized(a, half), sized(b, half)).size());
        assertEquals(0, jobs(sized(a, half), sized(b, half + 1)).size());
    }

    @Test
    void aBlockThatNamesNoSourceIsItsOwn() {
        BlockMeta foreign = new BlockMeta(
                id(2, 1),
                DAY_MS,
                DAY_MS + HOUR_MS,
                block(0, 1, 1).stats(),
                new Compaction(0, List.of(), false, List.of(), false, List.of()),
                Optional.empty());
        assertEquals(List.of(foreign.id()), Lineage.sources(foreign));
        assertEquals(
                List.of(foreign.id()), Lineage.withSources(foreign).compaction().sources());
        assertEquals(1, jobs(foreign, block(0, 2, 2)).size());
    }

    private static BlockMeta sized(BlockId id, long indexBytes) {
        return Metas.of(id, DAY_MS, DAY_MS + HOUR_MS, Compaction.ofHead(id, false), Labels.EMPTY, 0, indexBytes);
    }

    /** Hours of the day; made when its range ended. */
    private static BlockMeta block(int fromHour, int toHour, int serial) {
        return Metas.head(id(toHour, serial), DAY_MS + fromHour * HOUR_MS, DAY_MS + toHour * HOUR_MS);
    }

    private static BlockId id(int hour, int serial) {
        return Metas.id(DAY_MS + hour * HOUR_MS, serial);
    }

    private static List<BlockId> ids(BlockMeta... blocks) {
        return List.of(blocks).stream().map(BlockMeta::id).toList();
    }

    private List<PlannedJob> jobs(BlockMeta... blocks) {
        return plan(List.of(blocks), LATER_MS).jobs();
    }

    private CompactionPlan plan(List<BlockMeta> blocks, long nowMs) {
        return planner.plan(blocks, BlockMarks.NONE, FoldRules.OFF, nowMs);
    }
}
