package io.engram.compactor.tenant;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.Operation;
import io.engram.bucket.index.BucketIndexFile;
import io.engram.bucket.layout.BlockPaths;
import io.engram.bucket.layout.DeletionMark;
import io.engram.bucket.layout.Marks;
import io.engram.bucket.layout.TenantBucket;
import io.engram.bucket.testing.FaultyBucket;
import io.engram.bucket.testing.FaultyBucket.Fate;
import io.engram.bucket.testing.MemoryBucket;
import io.engram.compactor.plan.CompactionPlanner;
import io.engram.compactor.plan.Metas;
import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.testing.ManualClock;
import io.engram.model.testing.TestLimits;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class TenantUpkeepTest {
    private static final long HOUR_MS = Metas.HOUR_MS;
    private static final long DAY_MS = 24 * HOUR_MS;
    private static final long START_MS = 20_000 * DAY_MS;

    private final ManualClock clock = new ManualClock(START_MS + 30 * DAY_MS);
    private final MemoryBucket memory = new MemoryBucket(clock);
    private final FaultyBucket faulty = new FaultyBucket(memory);
    private final TenantBucket bucket = new TenantBucket(faulty, new TenantId("team-a"));
    private final Marks marks = new Marks(bucket);
    private Duration retention = Duration.ZERO;
    private final TenantUpkeep upkeep = new TenantUpkeep(
            new UpkeepRules(12 * HOUR_MS, 6 * DAY_MS + 12 * HOUR_MS, DAY_MS, 6 * HOUR_MS),
            new CompactionPlanner(Metas.RULES),
            _ -> TestLimits.with(Map.of("retention", retention)),
            clock);

    /** Whole, of a day each. */
    private BlockId put(int day) throws IOException {
        BlockMeta meta = Metas.head(
                Metas.id(START_MS + day * DAY_MS, 1), START_MS + day * DAY_MS, START_MS + (day + 1) * DAY_MS);
        putFiles(meta.id());
        bucket.put(BlockPaths.meta(meta.id()), meta.print());
        return meta.id();
    }

    private void putFiles(BlockId id) throws IOException {
        bucket.put(BlockPaths.chunks(id, 1), new byte[10]);
        bucket.put(BlockPaths.index(id), new byte[10]);
    }

    private Set<BlockId> marked() throws IOException {
        return marks.list().forDeletion();
    }

    private List<BlockId> shown() throws IOException {
        return ((BucketIndexFile.Loaded.Present) new BucketIndexFile(bucket).load())
                .index().blocks().stream().map(block -> block.id()).toList();
    }

    @Test
    void whatIsBehindTheRetentionIsMarkedWholeBlocksOnly() throws IOException {
        List<BlockId> days = new ArrayList<>();
        for (int day = 0; day < 10; day++) {
            days.add(put(day));
        }
        retention = Duration.ofDays(3).plusMillis(1);
        assertEquals(6, upkeep.run(bucket).report().expired());
        // The newest sample is the last millisecond of day 9.
        assertEquals(new TreeSet<>(days.subList(0, 6)), marked());
        assertEquals(0, upkeep.run(bucket).report().expired(), "once");
    }

    @Test
    void retentionIsMeasuredAgainstTheNewestSampleNotAgainstTheClock() throws IOException {
        put(0);
        put(1);
        retention = Duration.ofDays(5);
        clock.advance(1000 * DAY_MS);
        assertEquals(0, upkeep.run(bucket).report().expired());
    }

    @Test
    void aSampleOfTheFutureDoesNotEndWhatIsThere() throws IOException {
        put(28);
        put(5000);
        retention = Duration.ofDays(5);
        assertEquals(0, upkeep.run(bucket).report().expired());
    }

    @Test
    void zeroKeepsForEver() throws IOException {
        put(0);
        put(29);
        assertEquals(0, upkeep.run(bucket).report().expired());
    }

    @Test
    void aMarkedBlockLeavesTheIndexBeforeItsFilesGo() throws IOException {
        BlockId old = put(0);
        put(1);
        marks.mark(new DeletionMark(old, clock.nowMs() / 1000, "by hand"));
        upkeep.run(bucket);
        assertTrue(shown().contains(old), "readers have the delay to learn of it");
        clock.advance(12 * HOUR_MS);
        List<String> events = new ArrayList<>();
        faulty.plan((operation, key) -> {
            if (operation == Operation.PUT_IF || operation == Operation.DELETE) {
                events.add(key.substring("team-a/".length()));
            }
            return Fate.SUCCEED;
        });
        upkeep.run(bucket);
        assertEquals(BlockPaths.BUCKET_INDEX, events.getFirst());
        assertEquals(BlockPaths.meta(old), events.get(1));
        assertFalse(shown().contains(old));
        assertEquals(Set.of(), marked());
        assertTrue(memory.keys().stream().noneMatch(key -> key.contains(old.toString())));
    }

    @Test
    void aRemovalThatWasKilledIsFinished() throws IOException {
        BlockId old = put(0);
        marks.mark(new DeletionMark(old, 1, ""));
        for (int calls = 0; calls < 6; calls++) {
            int[] left = {calls};
            faulty.plan((operation, key) -> operation == Operation.DELETE && left[0]-- <= 0 ? Fate.FAIL : Fate.SUCCEED);
            try {
                upkeep.run(bucket);
            } catch (BucketUnavailable e) {
                // killed
            }
        }
        faulty.succeed();
        upkeep.run(bucket);
        assertEquals(List.of("team-a/bucket-index.json.gz"), memory.keys());
    }

    @Test
    void anUploadThatNobodyGoesOnWithIsRemovedAndOneThatGoesOnIsNot() throws IOException {
        BlockId abandoned = Metas.id(START_MS, 7);
        putFiles(abandoned);
        clock.advance(DAY_MS - 1000);
        BlockId going = Metas.id(START_MS, 8);
        putFiles(going);
        assertEquals(0, upkeep.run(bucket).report().partialRemoved());
        clock.advance(1000);
        assertEquals(1, upkeep.run(bucket).report().partialRemoved());
        assertTrue(memory.keys().stream().noneMatch(key -> key.contains(abandoned.toString())));
        assertTrue(memory.keys().contains("team-a/" + BlockPaths.index(going)));
    }

    @Test
    void anUploadThatEndsInTheMiddleOfItsRemovalLeavesNoHalfABlock() throws IOException {
        BlockId id = Metas.id(START_MS, 7);
        putFiles(id);
        clock.advance(DAY_MS);
        faulty.plan((operation, key) -> {
            if (operation == Operation.DELETE && key.endsWith("/" + BlockPaths.INDEX)) {
                memory.put(
                        "team-a/" + BlockPaths.meta(id),
                        Metas.head(id, START_MS, START_MS + 1).print());
            }
            return Fate.SUCCEED;
        });
        assertEquals(1, upkeep.run(bucket).report().partialRemoved());
        assertTrue(memory.keys().stream().noneMatch(key -> key.contains(id.toString())));
    }

    @Test
    void aBlockWhoseMetaIsDamagedIsNobodysRubbish() throws IOException {
        BlockId id = put(0);
        bucket.put(BlockPaths.meta(id), new byte[] {'{'});
        clock.advance(100 * DAY_MS);
        TenantUpkeep.Result result = upkeep.run(bucket);
        assertEquals(0, result.report().partialRemoved());
        assertTrue(result.view().orElseThrow().partial().containsKey(id));
        assertTrue(memory.keys().contains("team-a/" + BlockPaths.index(id)));
    }

    @Test
    void marksOfBlocksThatAreGoneAreRemoved() throws IOException {
        bucket.put(BlockPaths.globalMark(Metas.id(1, 1), BlockPaths.DELETION_MARK), new byte[0]);
        bucket.put(BlockPaths.globalMark(Metas.id(1, 2), BlockPaths.NO_COMPACT_MARK), new byte[0]);
        put(0);
        upkeep.run(bucket);
        assertTrue(memory.keys().stream().noneMatch(key -> key.contains("/markers/")));
    }

    @Test
    void theFolderOfAnotherProgramIsLeftAlone() throws IOException {
        memory.put("team-a/rules/first.yaml", new byte[1]);
        upkeep.run(bucket);
        assertEquals(List.of("team-a/rules/first.yaml"), memory.keys());
    }

    @Test
    void aTenantGoesIndexFirstThenBlocksThenAfterItsDelayTheRest() throws IOException {
        put(0);
        put(1);
        upkeep.run(bucket);
        bucket.put("debug/metas/x.json", new byte[1]);
        TenantDeletion deletion = new TenantDeletion(bucket, clock);
        deletion.request();
        assertFalse(deletion.isDone());
        List<String> deleted = new ArrayList<>();
        faulty.plan((operation, key) -> {
            if (operation == Operation.DELETE) {
                deleted.add(key);
            }
            return Fate.SUCCEED;
        });
        assertEquals(2, upkeep.run(bucket).report().removed());
        assertEquals("team-a/" + BlockPaths.BUCKET_INDEX, deleted.getFirst());
        assertTrue(deletion.isDone());
        assertEquals(clock.nowMs() / 1000, marks.tenantDeletion().orElseThrow().finishedS());

        put(2); // an ingester had something left
        clock.advance(6 * HOUR_MS);
        upkeep.run(bucket);
        assertTrue(deletion.isDone());
        clock.advance(6 * HOUR_MS - 1000);
        upkeep.run(bucket);
        assertTrue(marks.tenantDeletion().isPresent());
        clock.advance(1000);
        upkeep.run(bucket);
        assertEquals(List.of(), memory.keys());
    }

    @Test
    void askingTwiceForADeletionDoesNotBeginItAnew() throws IOException {
        TenantDeletion deletion = new TenantDeletion(bucket, clock);
        deletion.request();
        long markedS = marks.tenantDeletion().orElseThrow().timeS();
        clock.advance(HOUR_MS);
        deletion.request();
        assertEquals(markedS, marks.tenantDeletion().orElseThrow().timeS());
    }

    @Test
    void metasAreReadOnce() throws IOException {
        for (int day = 0; day < 20; day++) {
            put(day);
        }
        upkeep.run(bucket);
        int[] metaReads = {0};
        faulty.plan((operation, key) -> {
            metaReads[0] += operation == Operation.GET && key.endsWith(BlockMeta.FILE) ? 1 : 0;
            return Fate.SUCCEED;
        });
        upkeep.run(bucket);
        assertEquals(0, metaReads[0]);
    }
}
