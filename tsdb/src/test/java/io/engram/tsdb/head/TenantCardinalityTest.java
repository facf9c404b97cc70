package io.engram.tsdb.head;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.cardinality.Count;
import io.engram.model.cardinality.HeadCardinality;
import io.engram.model.cardinality.ValuesCardinality;
import io.engram.model.labels.Labels;
import io.engram.model.labels.Matcher;
import io.engram.model.read.LabelsBatch;
import io.engram.model.testing.ManualClock;
import io.engram.model.write.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TenantCardinalityTest {
    private static final TenantId A = new TenantId("a");
    private static final int SERIES = 2000;
    private static final long IN_MEMORY = TenantCardinality.IN_MEMORY;

    @TempDir
    private Path dir;

    private Heads open() throws Exception {
        return Heads.open(
                dir,
                HeadConfig.DEFAULTS,
                TestLimits.retention(Duration.ofMinutes(20)),
                new ManualClock(0),
                RecoveryProgress.NONE);
    }

    private static Labels labels(int series) {
        return Labels.of("__name__", "m" + series % 2, "s", "" + series);
    }

    /** Series i has its sample i seconds after the epoch. */
    private static void fill(Heads heads) throws Exception {
        TestBatch batch = new TestBatch(A);
        for (int i = 0; i < SERIES; i++) {
            batch.series(labels(i)).sample(i * 1000L, i);
        }
        WriteBatch built = batch.build();
        assertEquals(0, heads.append(built).await().refused());
    }

    @Test
    void countsAsActiveWhatHasASampleSince() throws Exception {
        try (Heads heads = open()) {
            fill(heads);
            TenantCardinality counts = heads.cardinality(A);

            assertEquals(SERIES, counts.series(IN_MEMORY));
            assertEquals(SERIES, counts.series(0));
            assertEquals(500, counts.series((SERIES - 500) * 1000L));
            assertEquals(0, counts.series(SERIES * 1000L));
            assertArrayEquals(
                    new int[] {501, 250, 0},
                    counts.series(
                            (SERIES - 501) * 1000L,
                            List.of(List.of(Matcher.equal("__name__", "m0")), List.of(Matcher.equal("s", "7")))));
            assertNull(heads.cardinality(new TenantId("b")));
        }
    }

    @Test
    void seriesThatAreRemovedCountNoMore() throws Exception {
        try (Heads heads = open()) {
            fill(heads);
            heads.maintain(); // retention: the first 13 minutes and 19 seconds go
            int left = heads.stats(A).series();
            TenantCardinality counts = heads.cardinality(A);

            assertEquals(1201, left);
            assertEquals(left, counts.series(0));
            assertEquals(left, counts.series(IN_MEMORY));
            assertEquals(left, counts.head(1).series());
            assertEquals(left, counts.names(List.of(), 0, 0).values() - 2);
        }
    }

    @Test
    void countsWithMatchersAndTime() throws Exception {
        try (Heads heads = open()) {
            fill(heads);
            TenantCardinality counts = heads.cardinality(A);
            List<Matcher> even = List.of(Matcher.equal("__name__", "m0"));

            assertEquals(
                    List.of(new Count("s", 1000)),
                    counts.names(even, IN_MEMORY, 1).top());
            assertEquals(
                    List.of(new Count("s", 5), new Count("__name__", 1)),
                    counts.names(even, (SERIES - 10) * 1000L, 5).top());
            assertEquals(
                    List.of(new Count("m0", 5), new Count("m1", 5)),
                    counts.values(List.of("__name__"), List.of(), (SERIES - 10) * 1000L, List.of(), 5)
                            .getFirst()
                            .top());
        }
    }

    @Test
    void countsReplicasOnce() throws Exception {
        try (Heads heads = open()) {
            TestBatch batch = new TestBatch(A);
            for (int i = 0; i < 100; i++) {
                for (String replica : List.of("a", "b", "c")) {
                    if (i % 4 > 0 || !replica.equals("a")) { // not every replica has every series
                        batch.series(labels(i).with("__replica__", replica)).sample(1000, i);
                    }
                }
                batch.series(Labels.of("__name__", "alone", "s", "" + i)).sample(1000, i);
            }
            assertEquals(0, heads.append(batch.build()).await().refused());
            TenantCardinality counts = heads.cardinality(A);
            List<String> replicas = List.of("__replica__", "prometheus_replica");

            assertEquals(200, counts.series(List.of(), IN_MEMORY, replicas));
            assertEquals(375, counts.series(List.of(), IN_MEMORY, List.of()));
            assertEquals(50, counts.series(List.of(Matcher.equal("__name__", "m0")), 0, replicas));
            List<String> names = List.of("__name__", "__replica__");
            assertEquals(
                    List.of(
                            List.of(new Count("alone", 100), new Count("m0", 50), new Count("m1", 50)),
                            List.of(new Count("b", 100), new Count("c", 100), new Count("a", 75))),
                    counts.values(names, List.of(), IN_MEMORY, replicas, 5).stream()
                            .map(ValuesCardinality::top)
                            .toList());
            LabelsBatch labels = new LabelsBatch();
            try (LabelsCursor cursor = counts.labels(List.of(Matcher.equal("s", "5")), IN_MEMORY, replicas)) {
                assertTrue(cursor.next(labels, 1 << 20));
            }
            assertEquals(2, labels.count());
            for (int i = 0; i < 2; i++) {
                assertTrue(!text(labels, i).contains("replica"), text(labels, i));
            }
        }
    }

    @Test
    void describesTheHead() throws Exception {
        try (Heads heads = open()) {
            fill(heads);
            HeadCardinality head = heads.cardinality(A).head(1);

            assertEquals(SERIES, head.series());
            assertEquals(SERIES + 2, head.pairs());
            assertEquals(SERIES, head.chunks());
            assertEquals(0, head.minTimeMs());
            assertEquals((SERIES - 1) * 1000L, head.maxTimeMs());
            assertEquals(List.of(new Count("__name__=m0", 1000)), head.seriesByPair());
        }
    }

    @Test
    void tellsTheLabelsOfAllThatPass() throws Exception {
        try (Heads heads = open()) {
            fill(heads);
            List<String> found = new ArrayList<>();
            int batches = 0;
            try (LabelsCursor cursor = heads.cardinality(A)
                    .labels(List.of(Matcher.equal("__name__", "m1")), (SERIES - 1000) * 1000L, List.of())) {
                LabelsBatch batch = new LabelsBatch();
                while (cursor.next(batch, 500)) {
                    batches++;
                    for (int i = 0; i < batch.count(); i++) {
                        found.add(text(batch, i));
                    }
                }
            }

            TreeSet<String> expected = new TreeSet<>();
            for (int i = SERIES - 1000; i < SERIES; i++) {
                if (i % 2 == 1) {
                    expected.add("__name__=m1;s=" + i + ";");
                }
            }
            assertEquals(expected, new TreeSet<>(found));
            assertEquals(500, found.size());
            assertEquals(true, batches > 10);
        }
    }

    private static String text(LabelsBatch batch, int series) {
        StringBuilder text = new StringBuilder();
        batch.<RuntimeException>forEachLabel(
                series, (bytes, nameFrom, nameLength, valueFrom, valueLength) -> text.append(
                                new String(bytes, nameFrom, nameLength, StandardCharsets.UTF_8))
                        .append('=')
                        .append(new String(bytes, valueFrom, valueLength, StandardCharsets.UTF_8))
                        .append(';'));
        return text.toString();
    }
}
