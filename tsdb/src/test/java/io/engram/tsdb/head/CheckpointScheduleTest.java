package io.engram.tsdb.head;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.testing.ManualClock;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CheckpointScheduleTest {
    private static final long INTERVAL_MS = 600_000;
    private static final long LONG = CheckpointSchedule.SMALLEST_LOG_BYTES + 1;

    private final ManualClock clock = new ManualClock(1_700_000_000_000L);
    private final CheckpointSchedule schedule = new CheckpointSchedule(INTERVAL_MS, clock.nowMs(), 0, false);

    private boolean due(long logBytes) {
        return schedule.due(clock.nowMs(), logBytes);
    }

    @Test
    void isDueAfterTheIntervalOrWhenTheLogIsLong() {
        assertFalse(due(LONG - 1));
        assertTrue(due(LONG));
        clock.advance(INTERVAL_MS - 1);
        assertFalse(due(1));
        clock.advance(1);
        assertTrue(due(1));
        schedule.succeeded(clock.nowMs(), LONG);
        assertFalse(due(2 * LONG), "twice the last checkpoint is not above it");
        assertTrue(due(2 * LONG + 1));
    }

    @Test
    void isDueOnceAfterAStartThatReplayed() {
        CheckpointSchedule replayed = new CheckpointSchedule(INTERVAL_MS, clock.nowMs(), 0, true);
        assertTrue(replayed.due(clock.nowMs(), 1));
        replayed.succeeded(clock.nowMs(), 1);
        assertFalse(replayed.due(clock.nowMs(), 1));
    }

    @Test
    void failuresAreRepeatedAtDoublingDistancesUpToFiveMinutes() {
        List<Long> distancesMs = new ArrayList<>();
        long lastMs = clock.nowMs();
        for (long endMs = lastMs + 3_600_000; clock.nowMs() < endMs; clock.advance(1_000)) {
            if (due(LONG)) {
                distancesMs.add(clock.nowMs() - lastMs);
                lastMs = clock.nowMs();
                schedule.failed(lastMs);
            }
        }
        assertEquals(
                List.of(0L, 10_000L, 20_000L, 40_000L, 80_000L, 160_000L, 300_000L, 300_000L),
                distancesMs.subList(0, 8));
        assertEquals(16, distancesMs.size());
    }

    @Test
    void successForgetsTheFailures() {
        schedule.failed(clock.nowMs());
        schedule.failed(clock.nowMs());
        schedule.succeeded(clock.nowMs(), 1);
        assertTrue(due(LONG));
        assertEquals(CheckpointSchedule.FIRST_RETRY_MS, schedule.failed(clock.nowMs()));
    }
}
