package io.engram.tsdb.head;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.histogram.Histogram;
import io.engram.model.labels.Labels;
import io.engram.model.limits.TenantLimits;
import io.engram.model.replica.ActivityBuilder;
import io.engram.model.replica.ActivityTable;
import io.engram.model.replica.ReplicaNames;
import io.engram.model.testing.ManualClock;
import io.engram.model.testing.RandomHistograms;
import io.engram.model.testing.Seeds;
import io.engram.model.write.HistogramSample;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.model.write.WriteOutcome;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a head counts of replicas, against a model that is told each sample and what became of it. */
class ActivityTest {
    private static final TenantId A = new TenantId("a");
    private static final long WINDOW_MS = ActivityTable.WINDOW_MS;
    private static final TenantLimits LIMITS = TestLimits.window(Duration.ofHours(2));

    @TempDir
    private Path dir;

    /** Counts as the definition says: a series counts when its last sample lies in an earlier window. */
    private static final class Model {
        private final Map<Labels, Long> last = new HashMap<>();
        private final ActivityBuilder counts = ActivityTable.builder();

        void stored(Labels series, long timeMs) {
            String replica = ReplicaNames.replica(series, List.of("__replica__", "prometheus_replica"));
            Long lastMs = last.get(series);
            if (replica != null) {
                long window = ActivityTable.window(timeMs);
                boolean first = lastMs == null || ActivityTable.window(lastMs) < window;
                counts.add(series.get("cluster"), replica, window, 1, first ? 1 : 0);
            }
            last.merge(series, timeMs, Math::max);
        }

        ActivityTable table() {
            return counts.build();
        }
    }

    @Test
    void countsEachStoredSampleOnceAndEachSeriesOnceAWindow() throws Exception {
        Seeds.check(6, random -> {
            Path at = dir.resolve("counts-" + random.nextLong());
            try (Heads heads = open(at, LIMITS)) {
                Model model = new Model();
                for (int round = 0; round < 60; round++) {
                    append(heads, random, round, model);
                }
                assertTrue(model.table().cellCount() > 50);
                assertEquals(model.table(), heads.activity(A));
                long minMs = random.nextLong(85 * WINDOW_MS, 100 * WINDOW_MS);
                long maxMs = minMs + random.nextLong(5 * WINDOW_MS);
                assertEquals(model.table().between(minMs, maxMs), heads.activity(A, minMs, maxMs));
            }
        });
    }

    @Test
    void countsAreTheSameAfterAKillFromTheLogAndFromACheckpoint() throws Exception {
        Seeds.check(3, random -> {
            Path at = dir.resolve("killed-" + random.nextLong());
            Model model = new Model();
            try (Heads heads = open(at, LIMITS)) {
                for (int round = 0; round < 60; round++) {
                    append(heads, random, round, model);
                    if (round == 20) {
                        HeadRestartTest.copyTree(at, at.resolveSibling(at.getFileName() + "-log"));
                        assertEquals(model.table(), reopened(at.resolveSibling(at.getFileName() + "-log")));
                    }
                    if (round == 40) {
                        assertTrue(heads.checkpoint());
                    }
                }
                HeadRestartTest.copyTree(at, at.resolveSibling(at.getFileName() + "-both"));
            }
            assertEquals(model.table(), reopened(at.resolveSibling(at.getFileName() + "-both")));
            assertEquals(model.table(), reopened(at), "from the checkpoint of an orderly stop");
            try (Heads heads = open(at, LIMITS)) {
                append(heads, random, 61, model);
                assertEquals(model.table(), heads.activity(A), "and it goes on");
            }
        });
    }

    @Test
    void seriesWithoutReplicaLabelCostNothing() throws Exception {
        try (Heads heads = open(dir, LIMITS)) {
            heads.append(new TestBatch(A)
                            .series(Labels.of("__name__", "up", "cluster", "eu"))
                            .sample(1, 1)
                            .build())
                    .await();
            assertTrue(heads.activity(A).isEmpty());
            assertEquals(0, heads.stats(A).sideBytes());
        }
    }

    @Test
    void whatWasReleasedGoesButTheLastHoursStay() throws Exception {
        try (Heads heads = open(dir, LIMITS)) {
            Labels early = Labels.of("__name__", "early", "__replica__", "gone");
            Labels up = Labels.of("__name__", "up", "__replica__", "a");
            heads.append(new TestBatch(A).series(early).sample(1, 1).build()).await();
            for (int window = 0; window < 80; window++) {
                heads.append(new TestBatch(A)
                                .series(up)
                                .sample(window * WINDOW_MS + 1, 1)
                                .build())
                        .await();
            }
            heads.beginBlocks(A, 70 * WINDOW_MS);
            heads.blocksShipped(A);
            assertTrue(heads.release(A, 70 * WINDOW_MS));
            ActivityTable left = heads.activity(A);
            assertEquals(List.of("a"), left.cluster("").replicas());
            assertEquals(79 - 36, left.cluster("").firstWindow());
            assertEquals(79, left.cluster("").lastWindow());
            // The number of the replica that is gone belongs to the next one.
            heads.append(new TestBatch(A)
                            .series(Labels.of("__name__", "up", "__replica__", "b"))
                            .sample(79 * WINDOW_MS, 1)
                            .build())
                    .await();
            assertEquals(List.of("a", "b"), heads.activity(A).cluster("").replicas());
            assertEquals(1, heads.activity(A).cluster("").samples(1, 79));
            assertEquals(
                    Set.of(new ReplicaNewest("", "a", 79 * WINDOW_MS + 1), new ReplicaNewest("", "b", 79 * WINDOW_MS)),
                    Set.copyOf(heads.replicaNewest(A)));
        }
    }

    @Test
    void replicasBeyondTheMostAreLeftOutAndCounted() throws Exception {
        try (Heads heads = open(dir, LIMITS)) {
            TestBatch batch = new TestBatch(A);
            for (int i = 0; i < ReplicaNumbers.MAX_CLUSTERS + 3; i++) {
                batch.series(Labels.of("__name__", "up", "cluster", "c" + i, "__replica__", "a"))
                        .sample(1, 1);
            }
            assertEquals(0, heads.append(batch.build()).await().refused());
            assertEquals(
                    ReplicaNumbers.MAX_CLUSTERS, heads.activity(A).clusters().size());
            assertEquals(3, heads.uncountedReplicaSeries(A));
        }
    }

    @Test
    void aStripeKeepsTheNewestWindows() {
        TenantHead head = new TenantHead(A, LIMITS, new HeadMemory(1 << 30), new HeadChunks(dir.resolve("chunks")));
        int replica = head.replicas().number(new ReplicaNumbers.Replica("eu", "a"));
        ActivityStore store = new ActivityStore(head);
        for (int window = 0; window < ActivityStore.MAX_CELLS + 5; window++) {
            store.count(replica, window * WINDOW_MS, Long.MIN_VALUE);
        }
        store.count(replica, Long.MAX_VALUE, 0); // a time that has no window
        Map<ReplicaNumbers.Replica, ReplicaWindows> sums = new HashMap<>();
        store.addTo(sums, Long.MIN_VALUE, Long.MAX_VALUE);
        ActivityTable table = ActivityStore.table(sums);
        assertEquals(ActivityStore.MAX_CELLS, table.cellCount());
        assertEquals(5, table.cluster("eu").firstWindow());
    }

    private void append(Heads heads, SplittableRandom random, int round, Model model) throws Exception {
        TestBatch batch = new TestBatch(A);
        List<Labels> order = new ArrayList<>();
        WriteBatch built = batch.build();
        Map<Integer, List<Long>> histograms = new HashMap<>();
        for (int s = 0; s < 40; s++) {
            if (random.nextInt(4) == 0) {
                continue;
            }
            Labels series = series(s);
            batch.series(series);
            order.add(series);
            for (int i = random.nextInt(1, 6); i > 0; i--) {
                long backMs = random.nextInt(5) == 0 ? random.nextLong(3 * WINDOW_MS) : 0; // late, or twice
                long timeMs = 90 * WINDOW_MS + round * 60_000L - i * 10_000L - backMs / 10_000 * 10_000;
                if (s % 5 == 4) {
                    Histogram h = RandomHistograms.next(random);
                    built.histograms.add(new HistogramSample(order.size() - 1, timeMs, 0, h));
                } else {
                    batch.sample(timeMs, random.nextInt(2));
                }
            }
        }
        WriteOutcome outcome = heads.append(built).await();
        int series = 0;
        for (int row = 0; row < built.rowCount(); row++) {
            series = built.seriesOf(row, row < built.sampleCount ? series : 0);
            if (outcome.of(row) == SampleStatus.STORED) {
                model.stored(
                        order.get(series),
                        row < built.sampleCount
                                ? built.timestampMs[row]
                                : built.histograms.get(row - built.sampleCount).timestampMs());
            }
        }
    }

    /** Two clusters with pairs, one lone replica, one series with two replica labels, and some without any. */
    private static Labels series(int s) {
        String name = "m" + s / 8;
        return switch (s % 8) {
            case 0, 4 -> Labels.of("__name__", name, "cluster", "eu", "__replica__", "a", "kind", "k" + s % 8);
            case 1 -> Labels.of("__name__", name, "cluster", "eu", "__replica__", "b");
            case 2 -> Labels.of("__name__", name, "cluster", "us", "prometheus_replica", "b");
            case 3 -> Labels.of("__name__", name, "__replica__", "b");
            case 5 -> Labels.of("__name__", name, "__replica__", "b", "prometheus_replica", "c");
            default -> Labels.of("__name__", name, "cluster", "eu", "kind", "k" + s % 8);
        };
    }

    private static ActivityTable reopened(Path at) throws IOException {
        try (Heads heads = open(at, LIMITS)) {
            return heads.activity(A);
        }
    }

    private static Heads open(Path at, TenantLimits limits) throws IOException {
        return Heads.open(
                at,
                HeadConfig.DEFAULTS.withWalSync(HeadConfig.WalSync.INTERVAL),
                limits,
                new ManualClock(0),
                RecoveryProgress.NONE);
    }
}
