package io.engram.tsdb.head;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.failure.Cause;
import io.engram.model.failure.Failure;
import io.engram.model.labels.Labels;
import io.engram.model.limits.TenantLimits;
import io.engram.model.testing.ManualClock;
import io.engram.model.time.Clock;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.tsdb.wal.Checkpoints;
import io.engram.tsdb.wal.DirectoryFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the head does while the disk refuses, and afterwards. */
class HeadFaultsTest {
    private static final TenantId A = new TenantId("a");
    private static final Labels UP = Labels.of("__name__", "up");
    private static final int SAMPLES = 400;

    @TempDir
    private Path dir;

    @Test
    void chunkFileThatCannotBeBegunIsUnavailableAndCostsNothing() throws Exception {
        try (Heads heads = open(TestLimits.keepForEver())) {
            Path blocked = dir.resolve("chunks");
            Files.deleteIfExists(blocked);
            Files.writeString(blocked, "a file where the folder should be");
            int acknowledged = 0;
            Failure refusal = null;
            while (refusal == null) {
                try {
                    heads.append(sample(acknowledged)).await();
                    acknowledged++;
                } catch (Failure e) {
                    refusal = e;
                }
            }
            assertEquals(Cause.UNAVAILABLE, refusal.id().cause());
            assertTrue(acknowledged > 0);
            assertEquals(acknowledged, contents(heads).get(UP).size());
            int next = acknowledged;
            assertThrows(Failure.class, () -> heads.append(sample(next)));

            Files.delete(blocked);
            for (int i = 0; i < SAMPLES; i++) { // the sender begins again where it likes
                heads.append(sample(i)).await();
            }
            assertEquals(SAMPLES, contents(heads).get(UP).size());
        }
        try (Heads heads = open(TestLimits.keepForEver())) {
            assertEquals(SAMPLES, contents(heads).get(UP).size());
        }
    }

    @Test
    void checkpointThatFailsKeepsTheOneBeforeAndTheLog() throws Exception {
        try (Heads heads = open(TestLimits.keepForEver())) {
            for (int i = 0; i < 100; i++) {
                heads.append(sample(i)).await();
            }
            assertTrue(heads.checkpoint());
            for (int i = 100; i < SAMPLES; i++) {
                heads.append(sample(i)).await();
            }
            Path inTheWay = blockNextCheckpoint();
            assertFalse(heads.checkpoint());
            assertEquals(1, heads.stats().checkpointFailures());
            Path copy = dir.resolveSibling(dir.getFileName() + "-copy");
            HeadRestartTest.copyTree(dir, copy);
            try (Heads killed = Heads.open(
                    copy, HeadConfig.DEFAULTS, TestLimits.keepForEver(), Clock.system(), RecoveryProgress.NONE)) {
                assertEquals(SAMPLES, contents(killed).get(UP).size());
            }
            Files.delete(inTheWay.resolve("file"));
            Files.delete(inTheWay);
            assertTrue(heads.checkpoint());
        }
    }

    @Test
    void checkpointThatFailsIsTriedAgainEverLessOften() throws Exception {
        ManualClock clock = new ManualClock(0);
        try (Heads heads =
                Heads.open(dir, HeadConfig.DEFAULTS, TestLimits.keepForEver(), clock, RecoveryProgress.NONE)) {
            heads.append(sample(0)).await();
            Path inTheWay = blockNextCheckpoint();
            long openedMs = clock.nowMs();
            clock.advance(HeadConfig.DEFAULTS.checkpointInterval().toMillis());
            for (int second = 0; second < 60; second++) {
                heads.turn();
                clock.advance(1_000);
            }
            assertEquals(3, heads.stats().checkpointFailures(), "at once, after 10 s and 20 s later");
            assertEquals(openedMs, heads.stats().lastCheckpointMs(), "a failure makes the last one no younger");

            Files.delete(inTheWay.resolve("file"));
            Files.delete(inTheWay);
            clock.advance(10_000);
            heads.turn();
            assertEquals(1, heads.stats().checkpoints());
        }
    }

    @Test
    void seriesWhoseSamplesWereAllRefusedIsDropped() throws Exception {
        Labels late = Labels.of("__name__", "late");
        try (Heads heads = open(TestLimits.retention(Duration.ofHours(1)))) {
            heads.append(new TestBatch(A).series(UP).sample(10 * 3_600_000L, 1).build());
            PendingAppend refused =
                    heads.append(new TestBatch(A).series(late).sample(0, 1).build());
            assertEquals(SampleStatus.TOO_OLD, refused.await().of(0));
            assertEquals(2, heads.stats(A).series());
            heads.maintain();
            heads.maintain();
            assertEquals(1, heads.stats(A).series());
            heads.append(
                    new TestBatch(A).series(late).sample(10 * 3_600_000L, 2).build());
            heads.maintain();
            heads.maintain();
            assertEquals(2, heads.stats(A).series());
        }
    }

    /** A folder that is not empty stands where the next checkpoint would be written. */
    private Path blockNextCheckpoint() throws IOException {
        Path wal = dir.resolve("wal");
        long number = Checkpoints.nextNumber(new DirectoryFolder(wal));
        Path inTheWay = wal.resolve("checkpoint-%08d.tmp".formatted(number));
        Files.createDirectory(inTheWay);
        Files.writeString(inTheWay.resolve("file"), "");
        return inTheWay;
    }

    private static TreeMap<Labels, NavigableMap<Long, Long>> contents(Heads heads) {
        return HeadContents.all(heads, A);
    }

    private static WriteBatch sample(int i) {
        return new TestBatch(A).series(UP).sample(i * 15_000L, i).build();
    }

    private Heads open(TenantLimits limits) throws IOException {
        return Heads.open(dir, HeadConfig.DEFAULTS, limits, Clock.system(), RecoveryProgress.NONE);
    }
}
