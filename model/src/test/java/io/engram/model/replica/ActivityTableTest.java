package io.engram.model.replica;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.labels.Labels;
import io.engram.model.testing.Mutations;
import io.engram.model.testing.Seeds;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class ActivityTableTest {
    /** Where a test looks at every window. */
    private static final int WINDOWS = 40;

    private record Cell(String cluster, String replica, long window) {}

    @Test
    void windowsAreFiveMinutesAlignedToTheEpoch() {
        assertEquals(0, ActivityTable.window(299_999));
        assertEquals(1, ActivityTable.window(300_000));
        assertEquals(-1, ActivityTable.window(-1));
        assertEquals(600_000, ActivityTable.startMs(2));
    }

    @Test
    void saysWhatWasPutInAndNothingElse() {
        Seeds.check(200, random -> {
            Map<Cell, Long> added = new HashMap<>();
            ActivityTable table = random(random, added);
            for (String cluster : List.of("", "eu", "us", "nobody")) {
                ClusterActivity found = table.cluster(cluster);
                for (String replica : List.of("a", "b", "c")) {
                    int index = found.indexOf(replica);
                    for (long window = -5; window < WINDOWS + 5; window++) {
                        long expected = added.getOrDefault(new Cell(cluster, replica, window), 0L);
                        assertEquals(expected, index < 0 ? 0 : found.samples(index, window));
                        assertEquals(expected / 2, index < 0 ? 0 : found.series(index, window));
                    }
                }
            }
            assertEquals(added.size(), table.cellCount());
        });
    }

    @Test
    void comesBackFromItsBytes() {
        Seeds.check(200, random -> {
            ActivityTable table = random(random, new HashMap<>());
            assertEquals(table, ActivityTable.decode(table.encode()));
        });
    }

    @Test
    void readsDamagedBytesAsAnotherTableOrRefusesThem() {
        Seeds.check(3000, random -> {
            byte[] bytes = Mutations.mutate(random(random, new HashMap<>()).encode(), random);
            try {
                ActivityTable read = ActivityTable.decode(bytes);
                assertEquals(read, ActivityTable.decode(read.encode()));
            } catch (IllegalArgumentException e) {
                assertTrue(e.getMessage().startsWith("activity of replicas is damaged"), e.getMessage());
            }
        });
    }

    @Test
    void takesAFewBytesForEachCountOfAnEvenPair() {
        ActivityBuilder builder = ActivityTable.builder();
        SplittableRandom random = Seeds.random();
        for (int window = 0; window < 288; window++) {
            builder.add("eu", "a", 5_900_000 + window, 20_000_000 + random.nextInt(1000), 1_000_000);
            builder.add("eu", "b", 5_900_000 + window, 20_000_000 + random.nextInt(1000), 1_000_000);
        }
        int bytes = builder.build().encode().length;
        assertTrue(bytes <= 2 * 288 * 4 + 40, bytes + " bytes");
    }

    @Test
    void sumAndMaximumAreThoseOfEachCount() {
        Seeds.check(200, random -> {
            Map<Cell, Long> inA = new HashMap<>();
            Map<Cell, Long> inB = new HashMap<>();
            ActivityTable a = random(random, inA);
            ActivityTable b = random(random, inB);
            Map<Cell, Long> sums = new HashMap<>(inA);
            inB.forEach((cell, count) -> sums.merge(cell, count, Long::sum));
            Map<Cell, Long> maxima = new HashMap<>(inA);
            inB.forEach((cell, count) -> maxima.merge(cell, count, Math::max));
            assertEquals(of(sums), a.sum(b));
            assertEquals(of(maxima), a.maximum(b));
            assertEquals(a.maximum(b), b.maximum(a));
            assertEquals(a, a.maximum(a));
        });
    }

    @Test
    void keepsTheWindowsThatOverlapARange() {
        Seeds.check(100, random -> {
            Map<Cell, Long> added = new HashMap<>();
            ActivityTable table = random(random, added);
            long minMs = random.nextLong(WINDOWS * ActivityTable.WINDOW_MS);
            long maxMs = minMs + random.nextLong(10 * ActivityTable.WINDOW_MS);
            added.keySet()
                    .removeIf(cell -> ActivityTable.startMs(cell.window) > maxMs
                            || ActivityTable.startMs(cell.window + 1) <= minMs);
            assertEquals(of(added), table.between(minMs, maxMs));
        });
        ActivityTable table = of(Map.of(new Cell("", "a", 3), 8L));
        assertSame(table, table.between(0, 10 * ActivityTable.WINDOW_MS));
    }

    @Test
    void leavesOutClustersThatHaveNothingToChooseFirst() {
        ActivityTable table = ActivityTable.builder()
                .add("big", "a", 1, 1000, 10)
                .add("big", "b", 1, 1000, 10)
                .add("lone", "a", 1, 1_000_000, 10)
                .add("small", "a", 1, 10, 10)
                .add("small", "b", 1, 10, 10)
                .build();
        assertSame(table, table.atMost(5));
        assertEquals(List.of("big", "small"), names(table.atMost(4)));
        assertEquals(List.of("big", "lone"), names(table.atMost(3)));
        assertEquals(List.of("big"), names(table.atMost(2)));
        assertTrue(table.atMost(0).isEmpty());
    }

    @Test
    void refusesWhatCannotBeCounted() {
        ActivityBuilder builder = ActivityTable.builder();
        assertThrows(IllegalArgumentException.class, () -> builder.add("", "a", 1L << 31, 1, 1));
        assertThrows(IllegalArgumentException.class, () -> builder.add("", "a", 1, -1, 1));
        assertThrows(IllegalArgumentException.class, () -> builder.atLeast("", "a", 1, 1, -1));
    }

    @Test
    void aReplicaIsNamedByTheValuesOfItsLabels() {
        List<String> names = List.of("__replica__", "prometheus_replica");
        assertEquals(null, ReplicaNames.replica(Labels.of("__name__", "up"), names));
        assertEquals("b", ReplicaNames.replica(Labels.of("__name__", "up", "prometheus_replica", "b"), names));
        assertEquals("a,b", ReplicaNames.replica(Labels.of("prometheus_replica", "b", "__replica__", "a"), names));
    }

    private static List<String> names(ActivityTable table) {
        return table.clusters().stream().map(ClusterActivity::name).toList();
    }

    /** Samples of some cells; series are half of them. */
    private static ActivityTable random(SplittableRandom random, Map<Cell, Long> added) {
        String[] clusters = {"", "eu", "us"};
        String[] replicas = {"a", "b", "c"};
        for (int i = random.nextInt(60); i > 0; i--) {
            added.put(
                    new Cell(clusters[random.nextInt(3)], replicas[random.nextInt(3)], random.nextInt(WINDOWS)),
                    2 * random.nextLong(1, 1L << random.nextInt(1, 30)));
        }
        return of(added);
    }

    private static ActivityTable of(Map<Cell, Long> cells) {
        ActivityBuilder builder = ActivityTable.builder();
        cells.forEach((cell, count) -> builder.add(cell.cluster, cell.replica, cell.window, count, count / 2));
        return builder.build();
    }
}
