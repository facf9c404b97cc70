package io.engram.tsdb.head;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.labels.Labels;
import io.engram.model.limits.TenantLimits;
import io.engram.model.testing.ManualClock;
import io.engram.model.testing.Seeds;
import io.engram.model.write.WriteOutcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Samples that compress badly, and late ones, take more than admission of series counts on; memory stays bounded. */
class MemoryPressureTest {
    private static final TenantId BIG = new TenantId("big");
    private static final TenantId SMALL = new TenantId("small");
    private static final int SERIES = 1_000;
    private static final long STEP_MS = 15_000;

    @TempDir
    private Path dir;

    private static final TenantLimits LIMITS =
            TestLimits.with(Map.of("retention", Duration.ZERO, "outOfOrderTimeWindow", Duration.ofDays(1)));

    private Heads open(long maxMemory) throws IOException {
        HeadConfig config =
                HeadConfig.DEFAULTS.withWalSync(HeadConfig.WalSync.INTERVAL).withMaxMemory(maxMemory);
        return Heads.open(dir, config, LIMITS, new ManualClock(0), RecoveryProgress.NONE);
    }

    private static Labels labels(int series) {
        return Labels.of("__name__", "m", "i", "" + series);
    }

    /** One sample of each series, of values without any likeness to each other. */
    private static WriteOutcome write(Heads heads, TenantId tenant, int series, long timeMs, SplittableRandom random)
            throws InterruptedException {
        TestBatch batch = new TestBatch(tenant);
        for (int i = 0; i < series; i++) {
            batch.series(labels(i)).sample(timeMs, Double.longBitsToDouble(random.nextLong() >>> 2));
        }
        return heads.append(batch.build()).await();
    }

    private static long samples(Heads heads, TenantId tenant) {
        return HeadContents.all(heads, tenant).values().stream()
                .mapToLong(Map::size)
                .sum();
    }

    @Test
    void chunksAreSealedEarlyWhereMemoryIsTightAndNothingIsLost() throws Exception {
        SplittableRandom random = Seeds.random();
        try (Heads heads = open(600_000)) {
            for (int round = 0; round < 100; round++) {
                assertSame(WriteOutcome.ALL_STORED, write(heads, BIG, SERIES, round * STEP_MS, random));
                heads.maintain();
                TenantHeadStats stats = heads.stats(BIG);
                assertTrue(stats.chunkBytes() < SERIES * 400, "round " + round + ": " + stats);
            }
            assertTrue(heads.stats().usedBytes() <= heads.stats().maxBytes());
            assertEquals(100L * SERIES, samples(heads, BIG));
        }
        try (Heads heads = open(600_000)) {
            assertEquals(100L * SERIES, samples(heads, BIG));
        }
    }

    @Test
    void aTenantWithMoreThanItsShareWaitsWhileMemoryIsFullAndOthersGoOn() throws Exception {
        SplittableRandom random = Seeds.random();
        try (Heads heads = open(600_000)) {
            write(heads, SMALL, 10, 0, random);
            write(heads, BIG, SERIES, 100 * STEP_MS, random);
            int round = 1;
            boolean refused = false;
            while (!refused && round < 60) { // a late sample in each series: twelve are not worth a chunk
                try {
                    write(heads, BIG, SERIES, round++ * STEP_MS, random);
                    heads.maintain();
                } catch (Failure e) {
                    assertEquals(ErrorId.INSTANCE_MEMORY_LIMIT, e.id());
                    refused = true;
                }
            }
            assertTrue(refused, "late samples took all the memory they liked");
            assertThrows(Failure.class, () -> write(heads, BIG, SERIES, 101 * STEP_MS, random));
            assertSame(WriteOutcome.ALL_STORED, write(heads, SMALL, 10, STEP_MS, random));
            assertTrue(heads.stats().usedBytes() < 800_000, heads.stats().toString());
        }
        try (Heads heads = open(60_000_000)) {
            heads.maintain();
            assertSame(WriteOutcome.ALL_STORED, write(heads, BIG, SERIES, 101 * STEP_MS, random));
        }
    }
}
