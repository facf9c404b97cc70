package io.engram.tsdb.head;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.engram.model.TenantId;
import io.engram.model.labels.Labels;
import io.engram.model.testing.ManualClock;
import io.engram.model.testing.Seeds;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.model.write.WriteOutcome;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HeadModelTest {
    private static final TenantId A = new TenantId("a");
    private static final TenantId B = new TenantId("b");
    private static final long HOUR_MS = 3_600_000;

    @TempDir
    private Path dir;

    private static final long[] WINDOWS_MS = {0, 1_000, 600_000, 2 * HOUR_MS, 30 * 24 * HOUR_MS};

    @Test
    void appendAndSelectAgreeWithAPlainModel() {
        Seeds.check(8, random -> run(random, 0, 0));
    }

    @Test
    void lateSamplesWithinTheWindowAgreeWithThePlainModel() {
        Seeds.check(16, random -> run(random, 0, WINDOWS_MS[random.nextInt(WINDOWS_MS.length)]));
    }

    @Test
    void samplesBehindTheRetentionAreRefusedAsTheModelSays() {
        Seeds.check(8, random -> run(random, 6 * HOUR_MS, WINDOWS_MS[random.nextInt(WINDOWS_MS.length)]));
    }

    private void run(SplittableRandom random, long retentionMs, long windowMs) throws Exception {
        Path at = Files.createTempDirectory(dir, "head");
        HeadModel model = new HeadModel(retentionMs, windowMs);
        try (Heads heads = Heads.open(
                at,
                HeadConfig.DEFAULTS.withWalSync(HeadConfig.WalSync.INTERVAL),
                TestLimits.retention(Duration.ofMillis(retentionMs), Duration.ofMillis(windowMs)),
                new ManualClock(0),
                RecoveryProgress.NONE)) {
            RandomBatches batches = new RandomBatches(random, 1 + random.nextInt(60));
            int rounds = 5 + random.nextInt(60);
            for (int round = 0; round < rounds; round++) {
                TenantId tenant = random.nextInt(3) == 0 ? B : A;
                appendAndCompare(heads, model, batches.next(tenant));
                if (retentionMs == 0 && random.nextInt(4) == 0) {
                    heads.maintain();
                }
            }
            for (TenantId tenant : List.of(A, B)) {
                assertEquals(
                        model.read(tenant, Long.MIN_VALUE, Long.MAX_VALUE),
                        HeadContents.all(heads, tenant),
                        "everything of " + tenant);
                assertEquals(model.starts(tenant), HeadContents.starts(heads, tenant), "starts of " + tenant);
                for (int i = 0; i < 10; i++) {
                    long min = batches.time();
                    long max = batches.time();
                    assertEquals(
                            model.read(tenant, min, max),
                            HeadContents.read(heads, tenant, List.of(), min, max),
                            tenant + " from " + min + " to " + max);
                }
            }
        }
    }

    private static void appendAndCompare(Heads heads, HeadModel model, RandomBatches.Batch next) throws Exception {
        WriteBatch batch = next.batch();
        List<SampleStatus> expected = model.append(batch, next.labels());
        WriteOutcome outcome = heads.append(batch).await();
        List<SampleStatus> found = new ArrayList<>();
        for (int s = 0; s < batch.sampleCount; s++) {
            found.add(outcome.of(s));
        }
        assertEquals(expected, found);
    }

    /** Batches of series that tick at intervals of their own, with gaps, retries, late ones and the same series twice. */
    static final class RandomBatches {
        record Batch(WriteBatch batch, List<Labels> labels) {}

        private static final long[] STEPS = {1, 100, 1000, 10_000, 15_000, 30_000, 60_000, 300_000, 3_600_000};
        private final SplittableRandom random;
        private final int seriesCount;
        private final long startMs;
        private final long[] nextMs;
        private final long[] stepMs;
        private final boolean starts;

        RandomBatches(SplittableRandom random, int seriesCount) {
            this.random = random;
            this.seriesCount = seriesCount;
            this.startMs = random.nextBoolean() ? 1_700_000_000_000L : random.nextInt(2) * -40 * HOUR_MS;
            this.starts = random.nextBoolean();
            this.nextMs = new long[seriesCount];
            this.stepMs = new long[seriesCount];
            for (int i = 0; i < seriesCount; i++) {
                nextMs[i] = startMs;
                stepMs[i] = STEPS[random.nextInt(STEPS.length)];
            }
        }

        long time() {
            return startMs + random.nextLong(-1000, 1L << random.nextInt(11, 36));
        }

        Batch next(TenantId tenant) {
            TestBatch batch = new TestBatch(tenant);
            List<Labels> labels = new ArrayList<>();
            int entries = 1 + random.nextInt(2 * seriesCount);
            int samples = random.nextInt(4) == 0 ? 1 + random.nextInt(150) : 1 + random.nextInt(3);
            for (int e = 0; e < entries; e++) {
                int s = random.nextInt(seriesCount);
                Labels of = labels(s, tenant);
                labels.add(of);
                batch.series(of);
                for (int i = 0; i < samples; i++) {
                    addSample(batch, s);
                }
            }
            return new Batch(batch.build(), labels);
        }

        /** Some come from one of two replicas, of which one stands by. */
        private static Labels labels(int s, TenantId tenant) {
            String name = "metric_" + s % 7;
            String series = "s" + s;
            return s % 3 == 2
                    ? Labels.of("__name__", name, "series", series, "tenant", tenant.value())
                    : Labels.of(
                            "__name__", name, "__replica__", "r" + s % 3, "series", series, "tenant", tenant.value());
        }

        private void addSample(TestBatch batch, int s) {
            int kind = random.nextInt(40);
            if (kind == 0) {
                nextMs[s] += random.nextLong(4 * 3_600_000);
            } else if (kind == 1) {
                nextMs[s] += random.nextLong(2 * stepMs[s]) + 1;
            }
            long time = nextMs[s];
            if (kind >= 2 && kind < 6) {
                time = Math.max(startMs, time - stepMs[s] * random.nextInt(200));
            } else {
                nextMs[s] += stepMs[s];
            }
            // A function of the time, so that repeated times are mostly retries.
            double value = random.nextInt(100) == 0 ? random.nextDouble() : Math.floorMod(time / stepMs[s], 1000) * 0.1;
            batch.sample(time, value);
            if (starts && random.nextInt(8) != 0) {
                // Counting begins anew every hundred steps; some senders are wrong.
                long start = Math.floorDiv(time, 100 * stepMs[s]) * 100 * stepMs[s];
                batch.start(random.nextInt(60) == 0 ? start - random.nextInt(3) : start);
            }
        }
    }
}
