package io.engram.tsdb.cut;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.labels.Labels;
import io.engram.model.replica.ActivityTable;
import io.engram.model.testing.ManualClock;
import io.engram.tsdb.block.BlockVerify;
import io.engram.tsdb.head.BlockContentsReader;
import io.engram.tsdb.head.HeadConfig;
import io.engram.tsdb.head.HeadContents;
import io.engram.tsdb.head.HeadSpan;
import io.engram.tsdb.head.Heads;
import io.engram.tsdb.head.RecoveryProgress;
import io.engram.tsdb.head.TestBatch;
import io.engram.tsdb.head.TestLimits;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeadCutTest {
    private static final TenantId A = new TenantId("a");
    private static final long HOUR = 3_600_000;
    private static final BlockId ID = BlockId.of(1, 2, 3);

    @TempDir
    private Path dir;

    private int blocks;

    @Test
    void metaSaysHowMuchEachReplicaSentInTheRange() throws Exception {
        try (Heads heads = open(Duration.ZERO)) {
            for (int minute = 0; minute < 180; minute++) {
                TestBatch batch = new TestBatch(A);
                for (String replica : List.of("a", "b")) {
                    batch.series(Labels.of("__name__", "up", "cluster", "eu", "__replica__", replica))
                            .sample(minute * 60_000L, 1);
                }
                heads.append(batch.build()).await();
            }
            ActivityTable activity =
                    cut(heads, 0, 2 * HOUR).orElseThrow().engram().activity();
            assertEquals(2 * 24, activity.cellCount());
            assertEquals(5, activity.cluster("eu").samples(1, 23));
            assertEquals(1, activity.cluster("eu").series(1, 23));
            assertEquals(heads.activity(A).between(0, 2 * HOUR - 1), activity);
        }
    }

    @Test
    void piecesOfChunksAreOneAgain() throws Exception {
        try (Heads heads = open(Duration.ZERO)) {
            SplittableRandom random = new SplittableRandom(11);
            for (int round = 0; round < 3 * 240; round++) {
                TestBatch batch = new TestBatch(A);
                for (String replica : List.of("a", "b")) {
                    batch.series(Labels.of("__name__", "up", "__replica__", replica))
                            .sample(round * 15_000L + 5, random.nextDouble());
                }
                heads.append(batch.build()).await();
                if (round % 4 == 0) {
                    heads.maintain();
                }
            }
            long sealed = heads.stats(A).chunksSealed();
            assertTrue(sealed > 2 * 4 * 3, "the replica that does not lead has its chunks in pieces: " + sealed);
            BlockMeta meta = cut(heads, 0, 2 * HOUR).orElseThrow();
            assertEquals(2 * 4, meta.stats().chunks());
            assertEquals(2 * 480, meta.stats().samples());
            TreeMap<Labels, NavigableMap<Long, Long>> block = new TreeMap<>();
            BlockContentsReader.addAll(dir.resolve("blocks").resolve(meta.id().toString()), block);
            assertEquals(HeadContents.read(heads, A, List.of(), 0, 2 * HOUR - 1), block);
        }
    }

    @Test
    void blocksTogetherHoldWhatTheHeadHoldsLateSamplesToo() throws Exception {
        try (Heads heads = open(Duration.ofHours(3))) {
            SplittableRandom random = new SplittableRandom(7);
            for (int minute = 0; minute < 5 * 60; minute++) {
                TestBatch batch = new TestBatch(A);
                for (int s = 0; s < 40; s++) {
                    batch.series(labels(s)).sample(minute * 60_000L + s, random.nextInt(5));
                    if (random.nextInt(20) == 0 && minute > 100) {
                        batch.sample((minute - random.nextInt(100)) * 60_000L + 30_000 + s, -1);
                    }
                }
                heads.append(batch.build()).await();
            }
            TreeMap<Labels, NavigableMap<Long, Long>> written = new TreeMap<>();
            for (long fromMs = 0; fromMs < 6 * HOUR; fromMs += CutPlan.RANGE_MS) {
                Optional<BlockMeta> meta = cut(heads, fromMs, fromMs + CutPlan.RANGE_MS);
                assertTrue(meta.orElseThrow().minTimeMs() >= fromMs);
                assertTrue(meta.get().maxTimeMs() <= fromMs + CutPlan.RANGE_MS);
                Path folder = dir.resolve("blocks").resolve(meta.get().id().toString());
                assertEquals(List.of(), BlockVerify.verify(folder));
                BlockContentsReader.addAll(folder, written);
            }
            assertEquals(HeadContents.all(heads, A), written);
        }
    }

    @Test
    void aRangeWithoutSamplesIsNoBlock() throws Exception {
        try (Heads heads = open(Duration.ZERO)) {
            heads.append(new TestBatch(A).series(labels(1)).sample(5 * HOUR, 1).build())
                    .await();
            assertTrue(cut(heads, 0, 2 * HOUR).isEmpty());
            assertTrue(cut(heads, 8 * HOUR, 10 * HOUR).isEmpty());
            assertFalse(Files.exists(dir.resolve("blocks").resolve(ID.toString())));
            assertEquals(1, cut(heads, 4 * HOUR, 6 * HOUR).orElseThrow().stats().samples());
        }
    }

    @Test
    void rangesThatLieYearsApartAreFound() throws Exception {
        long[] times = {0, 12_345 * HOUR, 400_001 * HOUR};
        try (Heads heads = open(Duration.ZERO)) {
            for (long time : times) {
                heads.append(new TestBatch(A).series(labels(1)).sample(time, 1).build())
                        .await();
            }
            long end = 500_000 * HOUR;
            long at = -2 * HOUR;
            for (long time : times) {
                at = HeadCut.nextRange(heads, A, at, end);
                assertEquals(CutPlan.startOf(time), at);
                at += CutPlan.RANGE_MS;
            }
            assertEquals(end, HeadCut.nextRange(heads, A, at, end));
        }
    }

    @Test
    void theOldestTwoHoursAreDueAnHourAfterTheyEnd() {
        HeadSpan span = new HeadSpan(0, 3 * HOUR - 1, Long.MIN_VALUE, Long.MAX_VALUE);
        assertEquals(0, CutPlan.dueMs(span, 0, Long.MIN_VALUE));
        HeadSpan later = new HeadSpan(0, 3 * HOUR, Long.MIN_VALUE, Long.MAX_VALUE);
        assertEquals(2 * HOUR, CutPlan.dueMs(later, 0, Long.MIN_VALUE));
        assertEquals(0, CutPlan.dueMs(later, 60_000, Long.MIN_VALUE));
    }

    @Test
    void allOfAnIdleHeadIsDue() {
        HeadSpan span = new HeadSpan(0, 3 * HOUR - 1, Long.MIN_VALUE, Long.MAX_VALUE);
        assertEquals(4 * HOUR, CutPlan.dueMs(span, 0, 5 * HOUR));
        HeadSpan empty = new HeadSpan(Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE, Long.MAX_VALUE);
        assertEquals(Long.MIN_VALUE, CutPlan.dueMs(empty, 0, 5 * HOUR));
    }

    @Test
    void whatIsOlderThanADayComesInBlocksOfADay() {
        long newest = 100 * HOUR;
        assertEquals(24 * HOUR, CutPlan.rangeEnd(0, newest));
        assertEquals(72 * HOUR, CutPlan.rangeEnd(52 * HOUR, newest));
        assertEquals(74 * HOUR, CutPlan.rangeEnd(72 * HOUR, newest - 1));
        assertEquals(100 * HOUR, CutPlan.rangeEnd(98 * HOUR, newest));
    }

    private static Labels labels(int s) {
        return Labels.of("__name__", "m" + s % 3, "é", "v" + s, "job", "x");
    }

    private Heads open(Duration window) throws IOException {
        return Heads.open(
                dir.resolve("head"),
                HeadConfig.DEFAULTS,
                TestLimits.window(window),
                new ManualClock(0),
                RecoveryProgress.NONE);
    }

    private Optional<BlockMeta> cut(Heads heads, long fromMs, long endMs) throws IOException {
        Path parent = Files.createDirectories(dir.resolve("blocks"));
        return HeadCut.write(heads, A, fromMs, endMs, parent, BlockId.of(1, 2, 3 + blocks++));
    }
}
