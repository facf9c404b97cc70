package io.engram.tsdb.head;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.failure.Failure;
import io.engram.model.histogram.Histogram;
import io.engram.model.labels.Labels;
import io.engram.model.read.ChunkBatch;
import io.engram.model.read.ChunkEncoding;
import io.engram.model.testing.HistogramText;
import io.engram.model.testing.ManualClock;
import io.engram.model.testing.RandomHistograms;
import io.engram.model.testing.Seeds;
import io.engram.model.write.HistogramSample;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.model.write.WriteOutcome;
import io.engram.tsdb.wal.CorruptRecord;
import io.engram.tsdb.wal.RecordBuffer;
import io.engram.tsdb.wal.RecordCursor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistogramHeadTest {
    private static final TenantId A = new TenantId("a");
    private static final Labels SERIES = Labels.of("__name__", "latency");

    @TempDir
    private Path dir;

    @Test
    void floatsAndHistogramsOfASeriesAgreeWithAPlainModel() {
        Seeds.check(12, random -> {
            long windowMs = random.nextInt(3) * 1_800_000L;
            MixedSeries series = new MixedSeries(random, 1 + random.nextInt(20), windowMs);
            try (Heads heads = open(Files.createTempDirectory(dir, "head"), windowMs)) {
                for (int round = 0; round < 40; round++) {
                    append(heads, series);
                    if (random.nextInt(4) == 0) {
                        heads.maintain(); // elects who stands by
                    }
                }
                assertSame(series, heads, "everything");
                for (int i = 0; i < 10; i++) {
                    long one = series.someTime();
                    long other = series.someTime();
                    long min = Math.min(one, other);
                    long max = Math.max(one, other);
                    assertEquals(
                            series.model(min, max),
                            MixedSeries.contents(heads, A, min, max),
                            "from " + min + " to " + max);
                }
            }
        });
    }

    @Test
    void whatWasAcknowledgedIsThereOnceAfterAKillAtAnyMoment() {
        Seeds.check(6, random -> killAndRestart(random, random.nextInt(2) * 7_200_000L));
    }

    private void killAndRestart(SplittableRandom random, long windowMs) throws Exception {
        Path at = Files.createTempDirectory(dir, "head");
        MixedSeries series = new MixedSeries(random, 1 + random.nextInt(20), windowMs);
        for (int life = 0; life < 4; life++) {
            Path copy = dir.resolve(at.getFileName() + "-" + life);
            try (Heads heads = open(at, windowMs)) {
                assertTrue(heads.stats().recovery().lossless());
                assertSame(series, heads, "life " + life);
                for (int round = random.nextInt(20); round > 0; round--) {
                    append(heads, series);
                    switch (random.nextInt(8)) {
                        case 0 -> assertTrue(heads.checkpoint());
                        case 1 -> heads.maintain();
                        default -> {}
                    }
                }
                assertSame(series, heads, "before the kill " + life);
                HeadRestartTest.copyTree(at, copy);
            }
            at = copy;
        }
        try (Heads heads = open(at, windowMs)) {
            assertSame(series, heads, "at the end");
        }
    }

    @Test
    void restartFromACheckpointAndFromTheLogGiveTheSameChunks() throws Exception {
        SplittableRandom random = Seeds.random();
        Path killed = dir.resolve("killed");
        Path stopped = dir.resolve("stopped");
        MixedSeries series = new MixedSeries(random, 10, 7_200_000);
        try (Heads heads = open(stopped, 7_200_000)) {
            for (int i = 0; i < 30; i++) {
                append(heads, series);
            }
            HeadRestartTest.copyTree(stopped, killed);
        }
        try (Heads fromLog = open(killed, 7_200_000);
                Heads fromCheckpoint = open(stopped, 7_200_000)) {
            append(fromLog, fromCheckpoint, series.next(A).batch());
            assertArrayEquals(chunks(fromCheckpoint), chunks(fromLog));
        }
    }

    @Test
    void seriesOfHistogramsAloneIsCreatedAndCounted() throws Exception {
        try (Heads heads = open(dir, 0)) {
            Histogram h = HistogramText.parse("i 0 0 0 0 6 0 0:2 4,2 - - -");
            assertEquals(SampleStatus.STORED, put(heads, 1000, h));
            assertEquals(SampleStatus.DUPLICATE, put(heads, 1000, h));
            assertEquals(SampleStatus.CONFLICT, put(heads, 1000, RandomHistograms.stale(false)));
            assertEquals(SampleStatus.STORED, put(heads, 2000, h));
            assertEquals(SampleStatus.DUPLICATE, put(heads, 1000, h));
            assertEquals(SampleStatus.OUT_OF_ORDER, put(heads, 1500, h));
            TenantHeadStats stats = heads.stats(A);
            assertEquals(1, stats.series());
            assertEquals(2, stats.histograms());
            assertEquals(2, stats.samplesAppended());
            assertEquals(1, stats.openChunks());
            assertEquals(1000, stats.minTimeMs());
            assertEquals(2000, stats.maxTimeMs());
            assertTrue(stats.sideBytes() > 0);
        }
    }

    @Test
    void floatAtTheTimeOfAHistogramIsAConflict() throws Exception {
        try (Heads heads = open(dir, 0)) {
            Histogram h = HistogramText.parse("f 3 0 0 0 0 0 - - - - -");
            assertEquals(SampleStatus.STORED, put(heads, 1000, h));
            WriteBatch same = new TestBatch(A).series(SERIES).sample(1000, 1).build();
            assertEquals(SampleStatus.CONFLICT, heads.append(same).await().of(0));
            WriteBatch next = new TestBatch(A).series(SERIES).sample(2000, 1).build();
            heads.append(next).await();
            assertEquals(SampleStatus.CONFLICT, put(heads, 2000, h));
            assertEquals(SampleStatus.CONFLICT, heads.append(same).await().of(0));
            assertEquals(SampleStatus.DUPLICATE, put(heads, 1000, h));
        }
    }

    @Test
    void unknownSeriesWithoutLabelsRefusesItsHistograms() throws Exception {
        try (Heads heads = open(dir, 0)) {
            WriteBatch batch = new TestBatch(A).knownSeries(SERIES).sample(1, 1).build();
            batch.histograms.add(new HistogramSample(0, 2, 0, RandomHistograms.stale(true)));
            WriteOutcome outcome = heads.append(batch).await();
            assertEquals(SampleStatus.UNKNOWN_SERIES, outcome.of(0));
            assertEquals(SampleStatus.UNKNOWN_SERIES, outcome.of(1));
            assertEquals(2, outcome.refused());
        }
    }

    @Test
    void histogramsBehindTheRetentionAreRefusedAndDropped() throws Exception {
        long hour = 3_600_000L;
        try (Heads heads = Heads.open(
                dir,
                HeadConfig.DEFAULTS,
                TestLimits.with(Map.of("retention", Duration.ofHours(6))),
                new ManualClock(0),
                RecoveryProgress.NONE)) {
            Histogram h = HistogramText.parse("i 0 0 0 0 6 0 0:2 4,2 - - -");
            assertEquals(SampleStatus.STORED, put(heads, hour, h));
            heads.append(new TestBatch(A)
                            .series(Labels.of("__name__", "other"))
                            .sample(20 * hour, 1)
                            .build())
                    .await();
            assertEquals(SampleStatus.TOO_OLD, put(heads, 2 * hour, h));
            heads.maintain();
            assertEquals(1, heads.stats(A).series());
            assertEquals(1, heads.stats(A).openChunks());
        }
    }

    @Test
    void idleSeriesHasItsChunkSealedAndGoesOn() throws Exception {
        long hour = 3_600_000L;
        try (Heads heads = open(dir, 0)) {
            Histogram h = HistogramText.parse("i 0 0 0 0 6 0 0:2 4,2 - - -");
            put(heads, hour, h);
            heads.append(new TestBatch(A)
                            .series(Labels.of("__name__", "other"))
                            .sample(3 * hour, 1)
                            .build())
                    .await();
            heads.maintain();
            assertEquals(1, heads.stats(A).openChunks());
            assertEquals(1, heads.stats(A).chunksSealed());
            assertEquals(SampleStatus.DUPLICATE, put(heads, hour, h));
            assertEquals(SampleStatus.STORED, put(heads, 3 * hour, h));
            assertEquals(2, chunks(heads, SERIES).length);
        }
    }

    @Test
    void chunksEndByTheGridBySamplesAndBySize() throws Exception {
        try (Heads heads = open(dir, 0)) {
            Histogram small = HistogramText.parse("i 0 0 0 0 6 0 0:2 4,2 - - -");
            long start = 1_700_000_000_000L / 7_200_000 * 7_200_000;
            for (int i = 0; i < 960; i++) { // four hours of a sample every 15 s: 8 cells of 120
                put(heads, start + i * 15_000L, small);
            }
            assertEquals(8, chunks(heads, SERIES).length);
        }
        try (Heads heads = open(dir.resolve("large"), 0)) {
            StringBuilder buckets = new StringBuilder("1");
            buckets.repeat(",1", 69_999);
            Histogram large = HistogramText.parse("f 0 0 0 0 0 0 0:70000 " + buckets + " - - -");
            for (int i = 0; i < 3; i++) {
                assertEquals(SampleStatus.STORED, put(heads, i * 1000, large));
            }
            byte[][] chunks = chunks(heads, SERIES); // each is too long for 16 bits
            assertEquals(3, chunks.length);
            assertTrue(chunks[0].length > 1 << 19);
            assertEquals(SampleStatus.DUPLICATE, put(heads, 0, large));
            WriteBatch many = new TestBatch(A).series(SERIES).build();
            for (int i = 0; i < 20; i++) { // more than the log takes in one record
                many.histograms.add(new HistogramSample(0, 10_000 + i, 0, large));
            }
            assertEquals(WriteOutcome.ALL_STORED, heads.append(many).await());
        }
        try (Heads heads = open(dir.resolve("large"), 0)) {
            assertEquals(23, count(heads));
        }
    }

    @Test
    void lateHistogramsGoToChunksOfTheirOwn() throws Exception {
        Path copy = dir.resolve("copy");
        Histogram h = HistogramText.parse("i 0 0 0 0 6 0 0:2 4,2 - - -");
        Histogram other = HistogramText.parse("f 0 0 0 0 0 0 0:2 3ff0000000000000,0 - - -");
        try (Heads heads = open(dir.resolve("head"), 7_200_000)) {
            put(heads, 7_200_000, h);
            for (int i = 0; i < 40; i++) {
                assertEquals(SampleStatus.STORED, put(heads, 100_000 + 1000 * (i * 7 % 40), i % 10 == 0 ? other : h));
            }
            TenantHeadStats stats = heads.stats(A);
            assertEquals(40, stats.lateSamples());
            assertEquals(41, stats.histograms());
            assertTrue(stats.chunksSealed() > 0);
            assertEquals(SampleStatus.DUPLICATE, put(heads, 100_000, other));
            assertEquals(SampleStatus.CONFLICT, put(heads, 101_000, other));
            assertEquals(SampleStatus.OUT_OF_ORDER, put(heads, -1, h));
            WriteBatch asFloat =
                    new TestBatch(A).series(SERIES).sample(102_000, 1).build();
            assertEquals(SampleStatus.CONFLICT, heads.append(asFloat).await().of(0));
            WriteBatch between =
                    new TestBatch(A).series(SERIES).sample(102_500, 1).build();
            assertEquals(SampleStatus.STORED, heads.append(between).await().of(0));
            assertEquals(SampleStatus.CONFLICT, put(heads, 102_500, h));
            assertEquals(42, count(heads));
            HeadRestartTest.copyTree(dir.resolve("head"), copy);
        }
        try (Heads fromLog = open(copy, 0);
                Heads fromCheckpoint = open(dir.resolve("head"), 0)) {
            assertEquals(42, count(fromLog));
            assertEquals(42, count(fromCheckpoint));
            assertEquals(SampleStatus.DUPLICATE, put(fromCheckpoint, 100_000, other));
            fromCheckpoint.maintain(); // nothing is idle yet
            WriteBatch later = new TestBatch(A)
                    .series(Labels.of("__name__", "later"))
                    .sample(30_000_000, 1)
                    .build();
            fromCheckpoint.append(later).await();
            fromCheckpoint.maintain();
            assertEquals(1, fromCheckpoint.stats(A).openChunks());
            assertEquals(43, count(fromCheckpoint));
            assertTrue(fromCheckpoint.stats(A).sideBytes() < fromLog.stats(A).sideBytes());
        }
    }

    @Test
    void lateHistogramsBehindTheRetentionGo() throws Exception {
        long hour = 3_600_000L;
        Histogram h = HistogramText.parse("i 0 0 0 0 6 0 0:2 4,2 - - -");
        try (Heads heads = Heads.open(
                dir,
                HeadConfig.DEFAULTS,
                TestLimits.with(Map.of("retention", Duration.ofHours(6), "outOfOrderTimeWindow", Duration.ofHours(6))),
                new ManualClock(0),
                RecoveryProgress.NONE)) {
            put(heads, 5 * hour, h);
            for (int i = 0; i < 20; i++) {
                assertEquals(SampleStatus.STORED, put(heads, hour + i * 1000, h));
            }
            put(heads, 9 * hour, h);
            heads.maintain();
            assertEquals(2, count(heads));
            put(heads, 30 * hour, h);
            heads.maintain();
            assertEquals(1, count(heads));
        }
    }

    @Test
    void startsOfHistogramsAreKept() throws Exception {
        Path copy = dir.resolve("copy");
        Histogram h = HistogramText.parse("i 0 0 0 0 6 0 0:2 4,2 - - -");
        try (Heads heads = open(dir.resolve("head"), 0)) {
            WriteBatch batch = new TestBatch(A).series(SERIES).build();
            batch.histograms.add(new HistogramSample(0, 1000, 500, h));
            batch.histograms.add(new HistogramSample(0, 2000, 500, h));
            batch.histograms.add(new HistogramSample(0, 3000, 2500, h));
            batch.histograms.add(new HistogramSample(0, 3000, 2600, RandomHistograms.stale(false))); // a conflict
            heads.append(batch).await();
            HeadRestartTest.copyTree(dir.resolve("head"), copy);
        }
        Map<Long, Long> runs = Map.of(1000L, 500L, 3000L, 2500L);
        try (Heads fromLog = open(copy, 0);
                Heads fromCheckpoint = open(dir.resolve("head"), 0)) {
            assertEquals(runs, HeadContents.starts(fromLog, A).get(SERIES));
            assertEquals(runs, HeadContents.starts(fromCheckpoint, A).get(SERIES));
        }
    }

    @Test
    void fullChunkThatCannotBeWrittenIsUnavailableAndCostsNothing() throws Exception {
        Histogram h = HistogramText.parse("i 0 0 0 0 6 0 0:2 4,2 - - -");
        Path blocked = dir.resolve("head").resolve("chunks");
        try (Heads heads = open(dir.resolve("head"), 0)) {
            Files.deleteIfExists(blocked);
            Files.writeString(blocked, "a file where the folder should be");
            int acknowledged = 0;
            while (acknowledged < 200) {
                try {
                    put(heads, acknowledged * 1000L, h);
                    acknowledged++;
                } catch (Failure e) {
                    break;
                }
            }
            assertTrue(acknowledged > 100 && acknowledged <= 120, "acknowledged " + acknowledged);
            assertEquals(acknowledged, count(heads));
            Files.delete(blocked);
            for (int i = 0; i < 200; i++) {
                assertEquals(i < acknowledged ? SampleStatus.DUPLICATE : SampleStatus.STORED, put(heads, i * 1000L, h));
            }
            assertEquals(200, count(heads));
        }
    }

    @Test
    void damagedRecordIsRefusedAndBounded() {
        Seeds.check(3000, random -> {
            RecordBuffer written = new RecordBuffer(16);
            Histogram h = random.nextInt(20) == 0
                    ? RandomHistograms.stale(random.nextBoolean())
                    : RandomHistograms.next(random);
            HistogramRecords.write(written, h);
            RecordCursor cursor = new RecordCursor();
            cursor.reset(written.bytes(), 0, written.length());
            Histogram read = HistogramRecords.read(cursor);
            assertEquals(0, cursor.remaining());
            assertTrue(h.sameAs(read));
            assertEquals(h.resetHint(), read.resetHint());

            byte[] damaged = Arrays.copyOf(written.bytes(), random.nextInt(written.length() + 1));
            for (int flips = damaged.length == 0 ? 0 : random.nextInt(4); flips > 0; flips--) {
                damaged[random.nextInt(damaged.length)] ^= (byte) (1 << random.nextInt(8));
            }
            cursor.reset(damaged, 0, damaged.length);
            try {
                HistogramRecords.read(cursor);
            } catch (CorruptRecord expected) {
                assertTrue(cursor.remaining() >= 0);
            }
        });
    }

    private static int count(Heads heads) {
        return MixedSeries.contents(heads, A, Long.MIN_VALUE, Long.MAX_VALUE).values().stream()
                .mapToInt(Map::size)
                .sum();
    }

    private static SampleStatus put(Heads heads, long timeMs, Histogram h) throws InterruptedException {
        WriteBatch batch = new TestBatch(A).series(SERIES).build();
        batch.histograms.add(new HistogramSample(0, timeMs, 0, h));
        return heads.append(batch).await().of(0);
    }

    private static void append(Heads heads, MixedSeries series) throws InterruptedException {
        MixedSeries.Step step = series.next(A);
        WriteOutcome outcome = heads.append(step.batch()).await();
        List<SampleStatus> found = new ArrayList<>();
        for (int row = 0; row < step.expected().size(); row++) {
            found.add(outcome.of(row));
        }
        assertEquals(step.expected(), found);
    }

    private static void append(Heads one, Heads other, WriteBatch batch) throws InterruptedException {
        one.append(batch).await();
        other.append(batch).await();
    }

    private static void assertSame(MixedSeries series, Heads heads, String when) {
        assertEquals(
                series.model(Long.MIN_VALUE, Long.MAX_VALUE),
                MixedSeries.contents(heads, A, Long.MIN_VALUE, Long.MAX_VALUE),
                when);
    }

    /** All chunks of all series. */
    private static byte[][] chunks(Heads heads) {
        List<byte[]> all = new ArrayList<>();
        MixedSeries.contents(heads, A, Long.MIN_VALUE, Long.MAX_VALUE)
                .keySet()
                .forEach(labels -> all.addAll(List.of(chunks(heads, labels))));
        return all.toArray(byte[][]::new);
    }

    private static byte[][] chunks(Heads heads, Labels labels) {
        try (HeadSelection selection = heads.select(A, List.of(), Long.MIN_VALUE, Long.MAX_VALUE)) {
            int i = 0;
            while (!selection.series().labels(i).equals(labels)) {
                i++;
            }
            ChunkBatch batch = new ChunkBatch();
            selection.fetch(new int[] {i}, 0, 1, batch);
            byte[][] chunks = new byte[batch.chunkCount][];
            for (int c = 0; c < chunks.length; c++) {
                assertTrue(
                        batch.encoding[c] >= ChunkEncoding.XOR && batch.encoding[c] <= ChunkEncoding.FLOAT_HISTOGRAM);
                chunks[c] = Arrays.copyOfRange(batch.data, batch.offset[c], batch.offset[c] + batch.length[c]);
            }
            return chunks;
        }
    }

    private static Heads open(Path at, long windowMs) throws IOException {
        return Heads.open(
                at,
                HeadConfig.DEFAULTS.withWalSync(HeadConfig.WalSync.INTERVAL),
                TestLimits.with(
                        Map.of("retention", Duration.ZERO, "outOfOrderTimeWindow", Duration.ofMillis(windowMs))),
                new ManualClock(0),
                RecoveryProgress.NONE);
    }
}
