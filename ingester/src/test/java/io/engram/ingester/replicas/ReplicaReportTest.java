package io.engram.ingester.replicas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.replica.ActivityBuilder;
import io.engram.model.replica.ActivityTable;
import io.engram.tsdb.head.ReplicaNewest;
import java.util.List;
import org.junit.jupiter.api.Test;

class ReplicaReportTest {
    private static final long W = ActivityTable.WINDOW_MS;
    /** In the middle of window 100. */
    private static final long NOW = 100 * W + W / 2;

    @Test
    void healthyTwinsHaveNoGapsThoughScrapesFallOverTheEdgesOfWindows() {
        ActivityBuilder table = ActivityTable.builder();
        for (int window = 80; window < 100; window++) {
            table.add("eu", "a", window, 20 * 50 + window % 2 * 100 - 50, 50);
            table.add("eu", "b", window, 20 * 50, 50);
        }
        table.add("eu", "a", 100, 10, 5).add("eu", "b", 100, 500, 50);
        ClusterStatus eu = report(
                        table.build(),
                        new ReplicaNewest("eu", "a", NOW - 9_000),
                        new ReplicaNewest("eu", "b", NOW - 2_000))
                .getFirst();
        assertEquals("eu", eu.name());
        assertEquals("a", eu.leader());
        ReplicaStatus a = eu.replicas().getFirst();
        assertEquals(new ReplicaStatus("a", NOW - 9_000, 9_000, 0, 1050, 50, List.of()), a);
        assertEquals(7_000, eu.replicas().getLast().offsetMs(), "the other's newest is that much newer");
        assertFalse(a.silent());
    }

    @Test
    void aReplicaThatMissedWindowsHasGapsAndDoesNotLeadMeanwhile() {
        ActivityBuilder table = ActivityTable.builder();
        for (int window = 60; window < 100; window++) {
            boolean down = window >= 70 && window < 73 || window == 99;
            if (!down) {
                table.add("", "a", window, window == 73 ? 300 : 1000, 50);
            }
            table.add("", "b", window, 1000, 50);
        }
        ClusterStatus all =
                report(table.build(), new ReplicaNewest("", "a", 98 * W)).getFirst();
        assertEquals("b", all.leader());
        ReplicaStatus a = all.replicas().getFirst();
        assertEquals(
                List.of(new ReplicaGap(70 * W, 74 * W, 300, 4000), new ReplicaGap(99 * W, 100 * W, 0, 1000)), a.gaps());
        assertTrue(a.silent());
        assertEquals(0, a.samples());
        assertEquals(-W, a.offsetMs(), "b leads, and has sent a window more");
        ReplicaStatus b = all.replicas().getLast();
        assertEquals(List.of(), b.gaps());
        assertEquals(99 * W, b.newestMs(), "its last window, where nothing better is known");
    }

    @Test
    void whatNobodySentIsAGapOfAll() {
        ActivityTable table = ActivityTable.builder()
                .add("", "a", 96, 100, 5)
                .add("", "b", 96, 100, 5)
                .add("", "a", 99, 100, 5)
                .add("", "b", 99, 100, 5)
                .build();
        for (ReplicaStatus replica : report(table).getFirst().replicas()) {
            assertEquals(List.of(new ReplicaGap(97 * W, 99 * W, 0, 0)), replica.gaps());
        }
    }

    @Test
    void whatALateReplicaDidNotSendBeforeItCameIsNoGap() {
        ActivityBuilder table = ActivityTable.builder().add("", "new", 98, 3, 3).add("", "new", 99, 100, 5);
        for (int window = 20; window < 100; window++) {
            table.add("", "old", window, 100, 5);
        }
        report(table.build()).getFirst().replicas().forEach(replica -> assertEquals(List.of(), replica.gaps()));
    }

    private static List<ClusterStatus> report(ActivityTable table, ReplicaNewest... newest) {
        return ReplicaReport.of(table, List.of(newest), NOW);
    }
}
