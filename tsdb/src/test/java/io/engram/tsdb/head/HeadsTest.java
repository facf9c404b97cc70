package io.engram.tsdb.head;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.labels.Labels;
import io.engram.model.labels.Matcher;
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
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeadsTest {
    private static final TenantId A = new TenantId("a");
    private static final TenantId B = new TenantId("b");
    private static final Labels UP = Labels.of("__name__", "up", "job", "x");
    private static final long HOUR = 3_600_000;

    @TempDir
    private Path dir;

    @Test
    void outcomeOfABatchInWhichNothingIsRefusedIsAConstant() throws Exception {
        try (Heads heads = open(TestLimits.keepForEver())) {
            assertSame(WriteOutcome.ALL_STORED, append(heads, series(A, UP, 0, 0)));
            assertSame(WriteOutcome.ALL_STORED, append(heads, series(A, UP, 1, 0)));
        }
    }

    @Test
    void refusalsNameTheTimeTheyWereJudgedBy() throws Exception {
        try (Heads heads = open(TestLimits.keepForEver())) {
            append(heads, series(A, UP, 1000, 1));
            WriteOutcome outcome = append(
                    heads,
                    new TestBatch(A)
                            .series(UP)
                            .sample(900, 1)
                            .sample(1000, 2)
                            .sample(1000, 1)
                            .build());
            assertEquals(SampleStatus.OUT_OF_ORDER, outcome.of(0));
            assertEquals(1000, outcome.firstDetailMs(SampleStatus.OUT_OF_ORDER));
            assertEquals(SampleStatus.CONFLICT, outcome.of(1));
            assertEquals(SampleStatus.DUPLICATE, outcome.of(2));
            assertEquals(2, outcome.refused());
        }
    }

    @Test
    void retryOfLongSealedSamplesIsADuplicate() throws Exception {
        try (Heads heads = open(TestLimits.keepForEver())) {
            TestBatch batch = new TestBatch(A).series(UP);
            IntStream.range(0, 2000).forEach(i -> batch.sample(i * 15_000L, i));
            append(heads, batch.build());
            WriteOutcome again = append(heads, batch.build());
            assertEquals(2000, again.count(SampleStatus.DUPLICATE));
            assertEquals(0, again.refused());
        }
    }

    @Test
    void seriesWithoutLabelsIsUnknownUntilItsLabelsCame() throws Exception {
        try (Heads heads = open(TestLimits.keepForEver())) {
            WriteBatch bare = new TestBatch(A).knownSeries(UP).sample(5, 1).build();
            assertEquals(SampleStatus.UNKNOWN_SERIES, append(heads, bare).of(0));
            append(heads, series(A, UP, 1, 1));
            assertSame(WriteOutcome.ALL_STORED, append(heads, bare));
        }
    }

    @Test
    void instanceOverItsSeriesLimitKeepsWhatItHas() throws Exception {
        HeadConfig config = config().withMaxSeries(2);
        try (Heads heads =
                Heads.open(dir, config, TestLimits.keepForEver(), new ManualClock(0), RecoveryProgress.NONE)) {
            append(heads, series(A, UP, 1, 1));
            append(heads, series(B, UP, 1, 1));
            assertEquals(
                    SampleStatus.INSTANCE_SERIES_LIMIT,
                    append(heads, series(A, Labels.of("__name__", "new"), 1, 1)).of(0));
            assertSame(WriteOutcome.ALL_STORED, append(heads, series(A, UP, 2, 1)));
            assertEquals(2, heads.stats().series());
        }
    }

    @Test
    void tenantsDoNotSeeEachOther() throws Exception {
        try (Heads heads = open(TestLimits.keepForEver())) {
            append(heads, series(A, UP, 1, 1));
            append(heads, series(B, UP, 2, 2));
            assertEquals(
                    List.of(1L), List.copyOf(HeadContents.all(heads, A).get(UP).keySet()));
            assertEquals(
                    List.of(2L), List.copyOf(HeadContents.all(heads, B).get(UP).keySet()));
            assertTrue(HeadContents.all(heads, new TenantId("c")).isEmpty());
        }
    }

    @Test
    void labelsComeFromSeriesWithSamplesInTheRange() throws Exception {
        try (Heads heads = open(TestLimits.keepForEver())) {
            append(heads, series(A, UP, HOUR, 1));
            append(heads, series(A, Labels.of("__name__", "down", "zone", "z"), 9 * HOUR, 1));
            assertEquals(List.of("__name__", "job"), heads.labelNames(A, List.of(), 0, 2 * HOUR));
            assertEquals(List.of("down", "up"), heads.labelValues(A, "__name__", List.of(), 0, 9 * HOUR));
            assertEquals(
                    List.of("down"),
                    heads.labelValues(A, "__name__", List.of(Matcher.equal("zone", "z")), 0, 9 * HOUR));
            assertEquals(List.of(), heads.labelNames(B, List.of(), 0, 9 * HOUR));
        }
    }

    @Test
    void retentionDropsFilesAndSeriesAndFreesTheirMemory() throws Exception {
        TenantLimits twoDays = TestLimits.retention(Duration.ofDays(2));
        try (Heads heads = open(twoDays)) {
            for (int s = 0; s < 500; s++) {
                append(heads, series(A, Labels.of("__name__", "old", "s", "" + s), 0, s));
            }
            for (long t = 0; t < 24 * 5; t++) {
                append(heads, series(A, UP, t * HOUR, t));
            }
            TenantHeadStats before = heads.tenantStats().getFirst();
            heads.maintain();
            TenantHeadStats after = heads.tenantStats().getFirst();

            assertEquals(501, before.series());
            assertEquals(1, after.series());
            assertEquals(1, heads.stats().series());
            assertTrue(after.memoryBytes() < before.memoryBytes(), before + " then " + after);
            assertTrue(after.chunkBytes() <= 32 * 64 + 64, after.toString()); // one extent, one block
            long newest = (24 * 5 - 1) * HOUR;
            long first = HeadContents.all(heads, A).get(UP).firstKey();
            assertTrue(first >= newest - 51 * HOUR && first <= newest - 48 * HOUR, "first is " + first);
            assertEquals(
                    SampleStatus.TOO_OLD,
                    append(heads, series(A, Labels.of("__name__", "new"), newest - 49 * HOUR, 1))
                            .of(0));
            assertTrue(files() <= 4, "files: " + files());

            append(heads, series(A, Labels.of("__name__", "old", "s", "7"), newest, 1));
            assertEquals(2, HeadContents.all(heads, A).size());
        }
        try (Heads heads = open(twoDays)) {
            assertEquals(2, HeadContents.all(heads, A).size());
        }
    }

    @Test
    void seriesThatCameBackAfterRetentionDroppedItIsOneSeriesAfterAKill() throws Exception {
        TenantLimits oneHour = TestLimits.retention(Duration.ofHours(1));
        Path killed = dir.resolveSibling(dir.getFileName() + "-killed");
        try (Heads heads = open(oneHour)) {
            append(heads, series(A, UP, 0, 1));
            append(heads, series(A, Labels.of("__name__", "clock"), 5 * HOUR, 1));
            heads.maintain();
            append(heads, series(A, UP, 5 * HOUR, 2));
            HeadRestartTest.copyTree(dir, killed);
        }
        try (Heads heads = Heads.open(killed, config(), oneHour, new ManualClock(0), RecoveryProgress.NONE)) {
            assertTrue(heads.stats().recovery().lossless());
            assertEquals(
                    List.of(5 * HOUR),
                    List.copyOf(HeadContents.all(heads, A).get(UP).keySet()));
            assertEquals(2, heads.stats().series());
        }
    }

    @Test
    void idleSeriesGivesItsBlocksBackAndGoesOnLater() throws Exception {
        try (Heads heads = open(TestLimits.keepForEver())) {
            append(heads, series(A, UP, 0, 1));
            append(heads, series(A, Labels.of("__name__", "clock"), HOUR, 1));
            heads.maintain();
            assertEquals(1, heads.tenantStats().getFirst().openChunks());
            assertEquals(
                    SampleStatus.DUPLICATE, append(heads, series(A, UP, 0, 1)).of(0));
            append(heads, series(A, UP, HOUR + 1, 2));
            assertEquals(
                    List.of(0L, HOUR + 1),
                    List.copyOf(HeadContents.all(heads, A).get(UP).keySet()));
        }
    }

    @Test
    void smallTenantCostsLessThanTwentyKilobytes() throws Exception {
        try (Heads heads = open(TestLimits.keepForEver())) {
            for (int s = 0; s < 100; s++) {
                Labels labels = Labels.of(
                        "__name__", "metric_" + s, "job", "node", "instance", "10.0.0.1:9100", "mode", "m" + s % 4);
                for (int i = 0; i < 20; i++) {
                    append(heads, series(A, labels, i * 15_000L, i));
                }
            }
            TenantHeadStats stats = heads.tenantStats().getFirst();
            assertTrue(
                    stats.recordBytes()
                                    + stats.tableBytes()
                                    + stats.bufferBytes()
                                    + stats.index().total()
                            < 20_000,
                    stats.toString());
            assertEquals(2000, stats.samplesAppended());
        }
    }

    @Test
    void damagedChunkFileCostsItsChunksAlone() throws Exception {
        try (Heads heads = open(TestLimits.keepForEver())) {
            TestBatch batch = new TestBatch(A).series(UP);
            IntStream.range(0, 1000).forEach(i -> batch.sample(i * 15_000L, i));
            append(heads, batch.build());
        }
        Path file;
        try (var list = Files.list(dir.resolve("chunks").resolve("a"))) {
            file = list.findFirst().orElseThrow();
        }
        byte[] bytes = Files.readAllBytes(file);
        bytes[16 + 100] ^= 1; // in the data of the first chunk
        Files.write(file, bytes);
        try (Heads heads = open(TestLimits.keepForEver())) {
            var samples = HeadContents.all(heads, A).get(UP);
            assertEquals(880, samples.size());
            assertEquals(120 * 15_000L, samples.firstKey());
            assertEquals(1, heads.tenantStats().getFirst().damagedChunks());
        }
    }

    @Test
    void manyThreadsThatRetryTheSameSeriesStoreEachSampleOnce() throws Exception {
        int threads = 4;
        int rounds = 150;
        try (Heads heads = open(TestLimits.keepForEver());
                var pool = Executors.newFixedThreadPool(threads + 1)) {
            List<Future<Long>> stored = new ArrayList<>();
            for (int t = 0; t < threads; t++) {
                stored.add(pool.submit((Callable<Long>) () -> {
                    long count = 0;
                    for (int i = 0; i < rounds; i++) {
                        TestBatch batch = new TestBatch(A);
                        for (int s = 0; s < 50; s++) {
                            batch.series(Labels.of("__name__", "m", "s", "" + (s + i)));
                            batch.sample(i * 15_000L, i).sample(i * 15_000L + 1, s);
                        }
                        WriteOutcome outcome = append(heads, batch.build());
                        count += 100 - outcome.refused() - outcome.count(SampleStatus.DUPLICATE);
                    }
                    return count;
                }));
            }
            Future<?> reader = pool.submit(() -> {
                for (int i = 0; i < 30; i++) {
                    HeadContents.whileOthersAppend(heads, A)
                            .forEach((labels, samples) ->
                                    assertEquals(0, samples.size() % 2, "half a request of " + labels));
                }
            });
            reader.get();
            long sum = 0;
            for (Future<Long> count : stored) {
                sum += count.get();
            }
            long there = HeadContents.all(heads, A).values().stream()
                    .mapToLong(samples -> samples.size())
                    .sum();
            assertEquals(there, sum);
            assertEquals(there, heads.tenantStats().getFirst().samplesAppended());
            assertEquals(rounds + 49, heads.stats().series());
        }
    }

    @Test
    void seriesThatAreGoneBringNoChunks() throws Exception {
        try (Heads heads = open(TestLimits.retention(Duration.ofHours(1)))) {
            append(heads, series(A, UP, 0, 1));
            try (HeadSelection selection = heads.select(A, List.of(), 0, HOUR)) {
                ChunkBatch batch = new ChunkBatch();
                selection.fetch(new int[] {0}, 0, 1, batch);
                assertEquals(1, batch.chunkCount);
                append(heads, series(A, Labels.of("__name__", "clock"), 5 * HOUR, 1));
                heads.maintain();
                selection.fetch(new int[] {0}, 0, 1, batch);
                assertEquals(1, batch.seriesCount);
                assertEquals(0, batch.chunkCount);
            }
        }
    }

    private long files() throws IOException {
        try (var list = Files.list(dir.resolve("chunks").resolve("a"))) {
            return list.count();
        }
    }

    private static WriteBatch series(TenantId tenant, Labels labels, long timeMs, double value) {
        return new TestBatch(tenant).series(labels).sample(timeMs, value).build();
    }

    private static WriteOutcome append(Heads heads, WriteBatch batch) throws InterruptedException {
        return heads.append(batch).await();
    }

    private static HeadConfig config() {
        return HeadConfig.DEFAULTS.withWalSync(HeadConfig.WalSync.INTERVAL);
    }

    private Heads open(TenantLimits limits) throws IOException {
        return Heads.open(dir, config(), limits, new ManualClock(0), RecoveryProgress.NONE);
    }
}
