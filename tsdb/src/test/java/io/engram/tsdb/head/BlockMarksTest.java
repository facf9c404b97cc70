package io.engram.tsdb.head;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.labels.Labels;
import io.engram.model.testing.ManualClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockMarksTest {
    private static final TenantId A = new TenantId("a");
    private static final Labels LIVING = Labels.of("__name__", "living");
    private static final Labels DEAD = Labels.of("__name__", "dead");
    private static final long HOUR = 3_600_000;
    private static final long MINUTE = 60_000;

    @TempDir
    private Path dir;

    @Test
    void whatIsReleasedIsGoneAndTheRestStays() throws Exception {
        try (Heads heads = open()) {
            fill(heads);
            heads.beginBlocks(A, 2 * HOUR);
            heads.blocksShipped(A);
            assertTrue(heads.release(A, 2 * HOUR));
            TreeMap<Labels, NavigableMap<Long, Long>> left = HeadContents.all(heads, A);
            assertEquals(1, left.size());
            assertEquals(2 * HOUR, left.get(LIVING).firstKey());
            assertEquals(5 * HOUR - MINUTE, left.get(LIVING).lastKey());
            assertEquals(1, heads.stats(A).series());
            assertFalse(heads.release(A, 2 * HOUR), "it is gone already");
        }
    }

    @Test
    void aSampleThatCameTooLateForTheBlockHoldsEverythingBack() throws Exception {
        try (Heads heads = open()) {
            fill(heads);
            assertEquals(Long.MAX_VALUE, heads.beginBlocks(A, 2 * HOUR));
            append(heads, DEAD, 2 * HOUR - 1);
            append(heads, LIVING, 5 * HOUR);
            assertEquals(2 * HOUR - 1, heads.span(A).unshippedMs());
            heads.blocksShipped(A);
            assertFalse(heads.release(A, 2 * HOUR));
            assertTrue(HeadContents.all(heads, A).get(DEAD).containsKey(2 * HOUR - 1));

            assertEquals(2 * HOUR - 1, heads.beginBlocks(A, 2 * HOUR), "the next cut begins there");
            assertFalse(heads.release(A, 2 * HOUR), "cut, but not shipped");
            heads.blocksShipped(A);
            assertTrue(heads.release(A, 2 * HOUR));
            assertFalse(HeadContents.all(heads, A).containsKey(DEAD));
        }
    }

    @Test
    void lateSamplesAreReleasedWithTheOthers() throws Exception {
        try (Heads heads = open()) {
            fill(heads);
            append(heads, LIVING, HOUR + 1);
            append(heads, LIVING, 3 * HOUR + 1);
            heads.beginBlocks(A, 2 * HOUR);
            heads.blocksShipped(A);
            assertTrue(heads.release(A, 2 * HOUR));
            NavigableMap<Long, Long> left = HeadContents.all(heads, A).get(LIVING);
            assertFalse(left.containsKey(HOUR + 1));
            assertTrue(left.containsKey(3 * HOUR + 1));
        }
    }

    @Test
    void checkpointsKeepWhatWasReleasedAndWhatCameSince() throws Exception {
        TreeMap<Labels, NavigableMap<Long, Long>> before;
        try (Heads heads = open()) {
            fill(heads);
            heads.beginBlocks(A, 2 * HOUR);
            heads.blocksShipped(A);
            assertTrue(heads.release(A, 2 * HOUR));
            append(heads, DEAD, HOUR);
            before = HeadContents.all(heads, A);
        }
        try (Heads heads = open()) {
            assertEquals(before, HeadContents.all(heads, A));
            HeadSpan span = heads.span(A);
            assertEquals(2 * HOUR, span.blockEndMs());
            assertEquals(HOUR, span.unshippedMs());
            assertFalse(heads.release(A, 3 * HOUR));
        }
    }

    private void fill(Heads heads) throws Exception {
        for (long timeMs = 0; timeMs < 5 * HOUR; timeMs += MINUTE) {
            append(heads, LIVING, timeMs);
            if (timeMs < HOUR) {
                append(heads, DEAD, timeMs);
            }
        }
    }

    private static void append(Heads heads, Labels labels, long timeMs) throws Exception {
        var outcome = heads.append(
                        new TestBatch(A).series(labels).sample(timeMs, timeMs).build())
                .await();
        assertEquals(0, outcome.refused());
    }

    private Heads open() throws IOException {
        return Heads.open(
                dir,
                HeadConfig.DEFAULTS,
                TestLimits.window(Duration.ofHours(10)),
                new ManualClock(0),
                RecoveryProgress.NONE);
    }
}
