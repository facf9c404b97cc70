package io.engram.tsdb.head;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.failure.Cause;
import io.engram.model.failure.Failure;
import io.engram.model.labels.Labels;
import io.engram.model.limits.TenantLimits;
import io.engram.model.read.ChunkBatch;
import io.engram.model.testing.ManualClock;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.model.write.WriteOutcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.NavigableMap;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LateSamplesTest {
    private static final TenantId A = new TenantId("a");
    private static final Labels UP = Labels.of("__name__", "up", "job", "node");
    private static final Labels CLOCK = Labels.of("__name__", "clock");
    private static final long STEP = 15_000;
    private static final long HOUR = 3_600_000;
    private static final TenantLimits TWO_HOURS = TestLimits.window(Duration.ofHours(2));

    @TempDir
    private Path dir;

    @Test
    void windowIsMeasuredAgainstTheSeriesOwnNewestAndIncludesItsEnd() throws Exception {
        try (Heads heads = open(TWO_HOURS)) {
            append(heads, one(CLOCK, 100 * HOUR, 1)); // another series' time does not count
            append(heads, one(UP, 0, 0));
            append(heads, one(UP, 10 * HOUR, 1));
            assertSame(WriteOutcome.ALL_STORED, append(heads, one(UP, 8 * HOUR, 2)));
            WriteOutcome refused = append(heads, one(UP, 8 * HOUR - 1, 3));
            assertEquals(SampleStatus.OUT_OF_ORDER, refused.of(0));
            assertEquals(10 * HOUR, refused.firstDetailMs(SampleStatus.OUT_OF_ORDER));
            assertEquals(List.of(0L, 8 * HOUR, 10 * HOUR), times(heads));
        }
    }

    @Test
    void windowIsLookedUpWhenItIsUsed() throws Exception {
        AtomicReference<TenantLimits> limits = new AtomicReference<>(TestLimits.window(Duration.ZERO));
        try (Heads heads = open(tenant -> limits.get().of(tenant))) {
            append(heads, one(UP, HOUR, 1));
            assertEquals(SampleStatus.OUT_OF_ORDER, append(heads, one(UP, 0, 1)).of(0));
            limits.set(TWO_HOURS);
            assertSame(WriteOutcome.ALL_STORED, append(heads, one(UP, 0, 1)));
        }
    }

    @Test
    void backlogOfAnOutageIsInOrderHoweverOld() throws Exception {
        try (Heads heads = open(TestLimits.window(Duration.ZERO))) {
            append(heads, one(CLOCK, 1000 * HOUR, 1));
            append(heads, one(UP, HOUR, 1));
            TestBatch backlog = new TestBatch(A).series(UP);
            LongStream.range(0, 1000).forEach(i -> backlog.sample(2 * HOUR + i * STEP, i));
            assertSame(WriteOutcome.ALL_STORED, append(heads, backlog.build()));
            assertEquals(0, heads.stats(A).lateSamples());
            assertEquals(1001, times(heads).size());
        }
    }

    @Test
    void sampleThatIsThereIsFoundWhereverItLies() throws Exception {
        try (Heads heads = open(TestLimits.window(Duration.ofDays(30)))) {
            TestBatch batch = new TestBatch(A).series(UP);
            LongStream.range(0, 1000).forEach(i -> batch.sample(i * STEP, i)); // sealed ones and an open one
            append(heads, batch.build());
            TestBatch late = new TestBatch(A).series(UP);
            LongStream.range(0, 500).forEach(i -> late.sample(i * STEP + 1, i)); // sealed ones and some in memory
            append(heads, late.build());

            WriteOutcome again = append(heads, batch.build());
            assertEquals(1000, again.count(SampleStatus.DUPLICATE));
            again = append(heads, late.build());
            assertEquals(500, again.count(SampleStatus.DUPLICATE));
            TestBatch other = new TestBatch(A).series(UP);
            LongStream.range(0, 500).forEach(i -> other.sample(i * STEP, -1).sample(i * STEP + 1, -1));
            again = append(heads, other.build());
            assertEquals(1000, again.count(SampleStatus.CONFLICT));
            assertEquals(1500, times(heads).size());
        }
    }

    @Test
    void timesBeforeAndAroundTheEpochAreTimes() throws Exception {
        try (Heads heads = open(TWO_HOURS)) {
            append(heads, one(UP, -HOUR, 1));
            append(heads, one(UP, HOUR, 2));
            append(heads, one(UP, 0, 3));
            append(heads, one(UP, -1, 4));
            append(heads, one(UP, -HOUR + 1, 5));
            assertEquals(List.of(-HOUR, -HOUR + 1, -1L, 0L, HOUR), times(heads));
            assertEquals(
                    SampleStatus.OUT_OF_ORDER,
                    append(heads, one(UP, Long.MIN_VALUE + 1, 6)).of(0));
        }
        try (Heads heads = open(TWO_HOURS)) {
            assertEquals(List.of(-HOUR, -HOUR + 1, -1L, 0L, HOUR), times(heads));
            assertEquals(-HOUR, heads.stats(A).minTimeMs());
        }
    }

    @Test
    void selectFindsASeriesByItsLateSamplesAlone() throws Exception {
        try (Heads heads = open(TestLimits.window(Duration.ofDays(1)))) {
            append(heads, one(UP, 20 * HOUR, 1));
            append(heads, one(UP, 3 * HOUR, 2));
            assertEquals(
                    List.of(3 * HOUR),
                    List.copyOf(HeadContents.read(heads, A, List.of(), 2 * HOUR, 4 * HOUR)
                            .get(UP)
                            .keySet()));
            assertTrue(HeadContents.read(heads, A, List.of(), 4 * HOUR + 1, 5 * HOUR)
                    .isEmpty());
            assertEquals(List.of("up"), heads.labelValues(A, "__name__", List.of(), 3 * HOUR, 3 * HOUR));
            assertEquals(List.of(), heads.labelValues(A, "__name__", List.of(), 5 * HOUR, 6 * HOUR));
            assertEquals(3 * HOUR, heads.stats(A).minTimeMs());
        }
    }

    @Test
    void manyLateSamplesGoToTheFilesAndComeBackMerged() throws Exception {
        List<Long> all = new ArrayList<>(
                LongStream.range(0, 5000).map(i -> i * STEP).boxed().toList());
        TestBatch batch = new TestBatch(A).series(UP).sample(5000 * STEP, 5000);
        List<Long> shuffled = new ArrayList<>(all);
        Collections.shuffle(shuffled, new Random(7));
        shuffled.forEach(t -> batch.sample(t, t / STEP));
        all.add(5000 * STEP);
        try (Heads heads = open(TestLimits.window(Duration.ofDays(2)))) {
            assertSame(WriteOutcome.ALL_STORED, append(heads, batch.build()));
            assertEquals(all, times(heads));
            TenantHeadStats stats = heads.stats(A);
            assertEquals(5000, stats.lateSamples());
            assertEquals(5001, stats.samplesAppended());
            assertTrue(stats.chunksSealed() > 100, stats.toString());
            assertTrue(stats.sideBytes() > 64 * 16 && stats.sideBytes() < 20_000, stats.toString());
        }
        try (Heads heads = open(TestLimits.window(Duration.ZERO))) { // what was taken stays, whatever the window is now
            assertEquals(all, times(heads));
        }
    }

    @Test
    void retentionDropsLateSamplesAndWhatSeriesHadBeside() throws Exception {
        try (Heads heads = open(TestLimits.retention(Duration.ofHours(10), Duration.ofDays(30)))) {
            TestBatch batch = new TestBatch(A).series(UP).sample(9 * HOUR, 1).start(HOUR);
            LongStream.range(0, 1000).forEach(i -> batch.sample(i * 20_000, i));
            append(heads, batch.build());
            append(heads, new TestBatch(A).series(CLOCK).sample(0, 1).start(1).build());
            long before = heads.stats(A).sideBytes();
            append(heads, one(UP, 15 * HOUR, 1));
            heads.maintain(); // keeps from 5 h on; the clock is gone
            assertTrue(
                    times(heads).getFirst() >= 4 * HOUR,
                    "first is " + times(heads).getFirst());
            assertEquals(
                    SampleStatus.TOO_OLD,
                    append(heads, one(UP, 5 * HOUR - 1, 5)).of(0));
            append(heads, one(UP, 30 * HOUR, 1));
            heads.maintain();
            assertEquals(List.of(30 * HOUR), times(heads));
            append(heads, one(CLOCK, 50 * HOUR, 1));
            heads.maintain();
            assertTrue(before > 1000);
            assertEquals(0, heads.stats(A).sideBytes());
        }
    }

    @Test
    void idleSeriesKeepsFewLateSamplesInMemory() throws Exception {
        try (Heads heads = open(TestLimits.window(Duration.ofDays(1)))) {
            TestBatch batch = new TestBatch(A).series(UP).sample(HOUR, 1);
            LongStream.range(0, 60).forEach(i -> batch.sample(i * STEP, i));
            append(heads, batch.build());
            append(heads, one(CLOCK, 9 * HOUR, 1));
            long sealed = heads.stats(A).chunksSealed();
            heads.maintain();
            assertEquals(sealed + 2, heads.stats(A).chunksSealed(), "its open chunk and its late samples");
            heads.maintain();
            assertEquals(sealed + 2, heads.stats(A).chunksSealed());
            assertEquals(61, times(heads).size());
            assertEquals(
                    SampleStatus.DUPLICATE, append(heads, one(UP, 5 * STEP, 5)).of(0));
        }
    }

    @Test
    void lateChunkThatCannotBeWrittenIsUnavailableAndCostsNothing() throws Exception {
        try (Heads heads = open(TWO_HOURS)) {
            Path blocked = dir.resolve("chunks");
            Files.deleteIfExists(blocked);
            Files.writeString(blocked, "a file where the folder should be");
            append(heads, one(UP, 1000 * STEP, 1));
            List<WriteBatch> batches = LongStream.range(600, 700)
                    .mapToObj(i -> one(UP, i * STEP, i))
                    .toList();
            int taken = 0;
            Failure refusal = null;
            while (refusal == null) {
                try {
                    append(heads, batches.get(taken));
                    taken++;
                } catch (Failure e) {
                    refusal = e;
                }
            }
            assertEquals(Cause.UNAVAILABLE, refusal.id().cause());
            assertEquals(LateSlot.MAX_SAMPLES, taken);
            assertEquals(taken + 1, times(heads).size());
            WriteBatch next = batches.get(taken);
            assertThrows(Failure.class, () -> append(heads, next));

            Files.delete(blocked);
            for (WriteBatch batch : batches) { // the sender begins again where it likes
                append(heads, batch);
            }
            assertEquals(101, times(heads).size());
        }
        try (Heads heads = open(TWO_HOURS)) {
            assertEquals(101, times(heads).size());
        }
    }

    @Test
    void damagedLateChunkCostsItsSamplesAlone() throws Exception {
        try (Heads heads = open(TestLimits.window(Duration.ofDays(1)))) {
            TestBatch batch = new TestBatch(A).series(UP).sample(HOUR, 1);
            LongStream.range(0, 65).forEach(i -> batch.sample(i * STEP, i));
            append(heads, batch.build());
        }
        Path file;
        try (var list = Files.list(dir.resolve("chunks").resolve("a"))) {
            file = list.findFirst().orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(file);
        bytes[16 + 60] ^= 1; // in the data of the first chunk
        Files.write(file, bytes);
        try (Heads heads = open(TWO_HOURS)) {
            assertEquals(List.of(64 * STEP, HOUR), times(heads));
            assertEquals(1, heads.stats(A).damagedChunks());
        }
    }

    @Test
    void fetchOfASeriesThatIsGoneBringsNothingLate() throws Exception {
        try (Heads heads = open(TestLimits.retention(Duration.ofHours(5), Duration.ofHours(2)))) {
            append(heads, one(UP, HOUR, 1));
            append(heads, new TestBatch(A).series(UP).sample(0, 1).start(-1).build());
            try (HeadSelection selection = heads.select(A, List.of(), 0, HOUR)) {
                append(heads, one(CLOCK, 50 * HOUR, 1));
                heads.maintain();
                ChunkBatch chunks = new ChunkBatch();
                selection.fetch(new int[] {0}, 0, 1, chunks);
                assertEquals(0, chunks.chunkCount);
                StartRuns runs = new StartRuns();
                selection.starts(new int[] {0}, 0, 1, runs);
                assertEquals(1, runs.seriesCount);
                assertEquals(0, runs.runCount);
            }
        }
    }

    @Test
    void manySeriesWithLateSamplesAreFetchedTogether() throws Exception {
        try (Heads heads = open(TWO_HOURS)) {
            TestBatch batch = new TestBatch(A);
            for (int s = 0; s < 700; s++) {
                batch.series(Labels.of("__name__", "m", "s", "" + s));
                for (int i = 0; i < 1 + s % 80; i++) {
                    batch.sample(HOUR - i * 1000L * (s % 3), s * 100 + i); // one, in order, and backwards
                }
            }
            heads.append(batch.build()).await();
            var all = HeadContents.all(heads, A);
            assertEquals(700, all.size());
            for (int s = 0; s < 700; s++) {
                NavigableMap<Long, Long> samples = all.get(Labels.of("__name__", "m", "s", "" + s));
                int expected = s % 3 == 0 ? 1 : 1 + s % 80;
                assertEquals(expected, samples.size(), "series " + s);
                for (int i = 0; i < expected; i++) {
                    assertEquals(Double.doubleToRawLongBits(s * 100 + i), samples.get(HOUR - i * 1000L * (s % 3)));
                }
            }
        }
    }

    private static List<Long> times(Heads heads) {
        return List.copyOf(HeadContents.all(heads, A).get(UP).keySet());
    }

    private static WriteBatch one(Labels labels, long timeMs, double value) {
        return new TestBatch(A).series(labels).sample(timeMs, value).build();
    }

    private static WriteOutcome append(Heads heads, WriteBatch batch) throws InterruptedException {
        return heads.append(batch).await();
    }

    private Heads open(TenantLimits limits) throws IOException {
        return Heads.open(
                dir,
                HeadConfig.DEFAULTS.withWalSync(HeadConfig.WalSync.INTERVAL),
                limits,
                new ManualClock(0),
                RecoveryProgress.NONE);
    }
}
