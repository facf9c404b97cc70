package io.engram.compactor.plan;

import static io.engram.compactor.plan.Metas.HOUR_MS;
import static org.junit.jupiter.api.Assertions.assertEquals;

import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.block.BlockStats;
import io.engram.model.block.EngramSection;
import io.engram.model.replica.ActivityTable;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** When a day of a pair is folded: once all of it is there, and not before. */
class FoldPlanTest {
    private static final long DAY_MS = 20_000 * 24 * HOUR_MS;
    private static final long END_MS = DAY_MS + 24 * HOUR_MS;
    private static final long LATE_MS = 3 * HOUR_MS;
    private static final FoldRules ON = rules(true, LATE_MS);
    /** Heads let go of samples when two of the smallest ranges are over behind them; then blocks are on their way. */
    private static final long FOLDED_FROM_MS = END_MS + LATE_MS + 2 * 2 * HOUR_MS + Metas.RULES.waitMs();

    private final BlockMeta day = pair(Metas.merged(id(END_MS + HOUR_MS, 1), DAY_MS, END_MS, id(END_MS, 9)));
    /** The first that can tell that nothing more of the day comes. */
    private final BlockMeta behind = block(END_MS + 2 * HOUR_MS);

    @Test
    void aDayIsFoldedOnceLateSamplesOfItHaveComeAndWereShipped() {
        assertEquals(List.of(), folds(ON, FOLDED_FROM_MS - 1, day, behind));
        assertEquals(List.of(day.id()), folds(ON, FOLDED_FROM_MS, day, behind));
    }

    @Test
    void theOutOfOrderWindowIsTheTenants() {
        long laterMs = FOLDED_FROM_MS + HOUR_MS;
        FoldRules longer = rules(true, LATE_MS + HOUR_MS);
        assertEquals(List.of(), folds(longer, laterMs - 1, day, behind));
        assertEquals(List.of(day.id()), folds(longer, laterMs, day, behind));
    }

    @Test
    void withoutALaterBlockItWaitsUntilNothingHasComeForADay() {
        long quietMs = END_MS + 24 * HOUR_MS;
        assertEquals(List.of(), folds(ON, quietMs - 1, day));
        assertEquals(List.of(day.id()), folds(ON, quietMs, day));
    }

    /** A block that begins right behind the day may be all that the heads have shipped: they can hold samples of the day. */
    @Test
    void aBlockRightBehindTheDayIsNoneThatIsLater() {
        BlockMeta next = block(END_MS + 2 * HOUR_MS - 1);
        assertEquals(List.of(), folds(ON, FOLDED_FROM_MS, day, next));
        assertEquals(List.of(day.id()), folds(ON, FOLDED_FROM_MS, day, behind));
    }

    @Test
    void nothingIsFoldedWhereTheTenantDoesNotWantIt() {
        assertEquals(List.of(), folds(rules(false, LATE_MS), FOLDED_FROM_MS, day, behind));
        assertEquals(List.of(), folds(new FoldRules(true, List.of(), "cluster", LATE_MS), FOLDED_FROM_MS, day, behind));
    }

    @Test
    void aBlockWithTombstonesStaysAsItIs() {
        BlockMeta deleted = new BlockMeta(
                day.id(),
                day.minTimeMs(),
                day.maxTimeMs(),
                new BlockStats(1, 1, 0, 1, 1, 1),
                day.compaction(),
                day.thanos(),
                day.engram());
        assertEquals(List.of(), folds(ON, FOLDED_FROM_MS, deleted, behind));
    }

    @Test
    void aBlockOfOneReplicaStaysAsItIs() {
        ActivityTable one = ActivityTable.builder().add("pair", "a", 1, 10, 1).build();
        assertEquals(List.of(), folds(ON, FOLDED_FROM_MS, day.withEngram(new EngramSection(one)), behind));
    }

    @Test
    void aBlockThatAnOtherLiesBesideWaits() {
        BlockMeta beside = pair(Metas.head(id(END_MS + 3 * HOUR_MS, 5), END_MS - HOUR_MS, END_MS + HOUR_MS));
        assertEquals(List.of(), folds(ON, FOLDED_FROM_MS, day, beside, behind));
    }

    private static BlockMeta block(long minTimeMs) {
        return Metas.head(id(minTimeMs + 2 * HOUR_MS, 3), minTimeMs, minTimeMs + HOUR_MS);
    }

    private static BlockMeta pair(BlockMeta block) {
        return block.withEngram(new EngramSection(Metas.PAIR));
    }

    private static FoldRules rules(boolean on, long lateMs) {
        return new FoldRules(on, List.of("__replica__"), "cluster", lateMs);
    }

    private static BlockId id(long bornMs, long serial) {
        return Metas.id(bornMs, serial);
    }

    /** What is to be folded. */
    private static List<BlockId> folds(FoldRules rules, long nowMs, BlockMeta... blocks) {
        List<BlockId> found = new ArrayList<>();
        for (PlannedJob job : new CompactionPlanner(Metas.RULES)
                .plan(List.of(blocks), BlockMarks.NONE, rules, nowMs)
                .jobs()) {
            if (job.fold().isPresent()) {
                found.addAll(job.ids());
            }
        }
        return found;
    }
}
