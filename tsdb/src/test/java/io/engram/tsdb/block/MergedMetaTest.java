package io.engram.tsdb.block;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.block.BlockStats;
import io.engram.model.block.Compaction;
import io.engram.model.block.EngramSection;
import io.engram.model.replica.ActivityTable;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MergedMetaTest {
    private static final long WINDOW_MS = ActivityTable.WINDOW_MS;

    /** Two ingesters have copies of the same series; one of them missed some. */
    @Test
    void activityIsTheGreatestOfAllSourcesInTheRangeThatIsKept() {
        ActivityTable whole = ActivityTable.builder()
                .add("eu", "a", 0, 20, 2)
                .add("eu", "a", 1, 20, 2)
                .add("eu", "b", 2, 20, 2)
                .build();
        ActivityTable less = ActivityTable.builder()
                .add("eu", "a", 1, 15, 3)
                .add("eu", "b", 1, 7, 1)
                .build();
        BlockContents contents = new BlockContents(new BlockStats(1, 1, 0, 1, 1, 0), 0, 0, List.of());
        BlockMeta merged = MergedMeta.of(
                BlockId.of(3, 3, 3),
                List.of(block(1, whole), block(2, less)),
                WINDOW_MS,
                2 * WINDOW_MS,
                "engram",
                contents);
        assertEquals(
                ActivityTable.builder()
                        .add("eu", "a", 1, 20, 3)
                        .add("eu", "b", 1, 7, 1)
                        .build(),
                merged.engram().activity());
    }

    private static BlockMeta block(int number, ActivityTable activity) {
        BlockId id = BlockId.of(number, number, number);
        return new BlockMeta(
                id,
                0,
                3 * WINDOW_MS,
                BlockStats.NONE,
                Compaction.ofHead(id, false),
                Optional.empty(),
                new EngramSection(activity));
    }
}
