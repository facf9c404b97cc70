package io.engram.tsdb.fold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.block.Folded;
import io.engram.model.labels.Labels;
import io.engram.model.testing.Seeds;
import io.engram.tsdb.block.Promtool;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.LongToDoubleFunction;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlockFoldTest {
    private static final long DAY_MS = 24 * 3_600_000;
    private static final long START_MS = 19_700 * DAY_MS;
    private static final long HOUR_MS = 3_600_000;

    @TempDir
    Path folder;

    private static Labels series(String name, String replica) {
        return replica.isEmpty()
                ? Labels.of(Map.of("__name__", name, "cluster", "eu", "instance", "host-1:9100"))
                : Labels.of(
                        Map.of("__name__", name, "__replica__", replica, "cluster", "eu", "instance", "host-1:9100"));
    }

    private static void put(
            FoldScene scene, String name, String replica, long fromMs, long endMs, LongToDoubleFunction value) {
        for (long time = fromMs + (replica.equals("b") ? 8_000 : 1_000); time < endMs; time += 15_000) {
            scene.put(series(name, replica), time, value.applyAsDouble(time));
        }
    }

    private static Folded counts(FoldScene.Block block) {
        return block.meta().engram().folded().orElseThrow();
    }

    @Test
    void writesTheLeadersSamplesOnceWithoutTheReplicaLabel() throws IOException {
        FoldScene scene = new FoldScene(folder);
        put(scene, "up_total", "a", START_MS, START_MS + 2 * HOUR_MS, time -> time / 1000);
        put(scene, "up_total", "b", START_MS, START_MS + 2 * HOUR_MS, time -> time / 1000);
        FoldScene.Block folded = scene.fold(scene.write(new FoldRange(START_MS, START_MS + DAY_MS)), List.of());

        assertEquals(new Folded(1, 0, 0, 0, 0), counts(folded));
        assertEquals(
                Map.of(series("up_total", ""), scene.series.get(series("up_total", "a"))),
                FoldScene.read(List.of(folded)));
    }

    /** Shards that scrape other targets, and tell themselves apart by a replica label. */
    @Test
    void whatDoesNotLookAlikeStaysAsItIs() throws IOException {
        FoldScene scene = new FoldScene(folder);
        SplittableRandom random = Seeds.random();
        for (String replica : List.of("a", "b")) {
            double level = replica.equals("a") ? 100 : 900;
            put(scene, "rule:requests:sum", replica, START_MS, START_MS + HOUR_MS, _ -> level + random.nextInt(20));
            put(scene, "jumps", replica, START_MS, START_MS + HOUR_MS, _ -> random.nextInt(1000));
            put(scene, "build_info", replica, START_MS, START_MS + HOUR_MS, _ -> 1);
        }
        FoldScene.Block folded = scene.fold(scene.write(new FoldRange(START_MS, START_MS + HOUR_MS)), List.of());

        assertEquals(new Folded(2, 0, 1, 0, 0), counts(folded));
        assertEquals(
                Set.of(
                        series("rule:requests:sum", "a"),
                        series("rule:requests:sum", "b"),
                        series("jumps", ""),
                        series("build_info", "")),
                FoldScene.read(List.of(folded)).keySet());
    }

    /** One replica ends, the other begins, and the counter is lower: nobody knows whether it was reset in between. */
    @Test
    void aCounterThatFallsAtAChangeWithoutAReasonStaysAsItIs() throws IOException {
        FoldScene scene = new FoldScene(folder);
        long middleMs = START_MS + 1_800_000;
        long endMs = START_MS + HOUR_MS;
        put(scene, "falls_total", "a", START_MS, middleMs, time -> time / 1000 + 5_000);
        put(scene, "falls_total", "b", middleMs, endMs, time -> time / 1000);
        put(scene, "rises_total", "a", START_MS, middleMs, time -> time / 1000);
        put(scene, "rises_total", "b", middleMs, endMs, time -> time / 1000);
        FoldScene.Block folded = scene.fold(scene.write(new FoldRange(START_MS, endMs)), List.of());

        assertEquals(new Folded(1, 0, 0, 1, 0), counts(folded));
        assertEquals(
                Set.of(series("falls_total", "a"), series("falls_total", "b"), series("rises_total", "")),
                FoldScene.read(List.of(folded)).keySet());
    }

    /** Of twins that were there one after the other no sample is decoded: chunks are copied, byte for byte. */
    @Test
    void copiesChunksWhereOneTwinAloneHasData() throws IOException {
        FoldScene scene = new FoldScene(folder);
        put(scene, "up_total", "b", START_MS, START_MS + 4 * HOUR_MS, time -> time / 1000);
        put(scene, "up_total", "a", START_MS + 5 * HOUR_MS, START_MS + 9 * HOUR_MS, time -> time / 1000);
        FoldScene.Block block = scene.write(new FoldRange(START_MS, START_MS + DAY_MS));
        FoldScene.Block folded = scene.fold(block, List.of());

        assertEquals(new Folded(1, 0, 0, 0, 0), counts(folded));
        assertEquals(block.meta().stats().chunks(), folded.meta().stats().chunks());
        TreeMap<Long, Object> both = new TreeMap<>(scene.series.get(series("up_total", "a")));
        both.putAll(scene.series.get(series("up_total", "b")));
        assertEquals(Map.of(series("up_total", ""), both), FoldScene.read(List.of(folded)));
    }

    /** Counters, gauges that stay, wander and jump, scraped every 15 s for a day: as much as a block of one replica. */
    @Test
    void takesTheRoomOfOneReplica() throws IOException {
        long one = bytes(pair(List.of("a"))
                .write(new FoldRange(START_MS, START_MS + DAY_MS))
                .folder());
        FoldScene scene = pair(List.of("a", "b"));
        FoldScene.Block block = scene.write(new FoldRange(START_MS, START_MS + DAY_MS));
        FoldScene.Block folded = scene.fold(block, List.of());
        assertEquals(0, counts(folded).apart());
        double ratio = (double) bytes(folded.folder()) / one;
        System.out.printf(
                "folded block: %.3f times one replica's, which has %d bytes; before: %.3f%n",
                ratio, one, (double) bytes(block.folder()) / one);
        assertTrue(ratio <= 1.02, () -> "times one replica's: " + ratio);
    }

    private FoldScene pair(List<String> replicas) {
        FoldScene scene = new FoldScene(folder.resolve("pair-" + replicas.size()));
        for (int s = 0; s < 40; s++) {
            SplittableRandom random = new SplittableRandom(s);
            double[] walk = new double[24 * 3600 / 15 + 1];
            double[] count = new double[walk.length];
            for (int i = 1; i < walk.length; i++) {
                walk[i] = walk[i - 1] + random.nextInt(-3, 4);
                count[i] = count[i - 1] + random.nextInt(20);
            }
            int kind = s % 4;
            for (String replica : replicas) {
                SplittableRandom jumps = new SplittableRandom(s);
                put(scene, "metric_" + s, replica, START_MS, START_MS + DAY_MS, time -> {
                    int at = (int) ((time - START_MS) / 15_000);
                    return switch (kind) {
                        case 0 -> 1;
                        case 1 -> walk[at];
                        case 2 -> jumps.nextInt(1 << 20);
                        default -> count[at];
                    };
                });
            }
        }
        return scene;
    }

    private static long bytes(Path block) throws IOException {
        try (Stream<Path> files = Files.walk(block)) {
            return files.filter(file -> Files.isRegularFile(file)
                            && !file.getFileName().toString().equals("meta.json"))
                    .mapToLong(file -> file.toFile().length())
                    .sum();
        }
    }

    @Test
    void promtoolReadsAFoldedBlock() throws Exception {
        if (!Promtool.present("BlockFoldTest")) {
            return;
        }
        FoldScene scene = new FoldScene(folder.resolve("blocks"));
        for (String replica : List.of("a", "b")) {
            put(scene, "up_total", replica, START_MS, START_MS + HOUR_MS, time -> time / 1000);
            put(scene, "build_info", replica, START_MS, START_MS + HOUR_MS, _ -> 1);
        }
        FoldScene.Block folded = scene.fold(scene.write(new FoldRange(START_MS, START_MS + HOUR_MS)), List.of());
        Path alone = folder.resolve("data");
        Files.createDirectories(alone.resolve("wal")); // it asks for one
        Files.move(folded.folder(), alone.resolve(folded.folder().getFileName()));

        List<String> lines = Promtool.run("tsdb", "dump", alone.toString());
        Map<Boolean, List<String>> bySeries =
                lines.stream().collect(Collectors.partitioningBy(line -> line.contains("up_total")));
        assertEquals(240, bySeries.get(true).size());
        assertEquals(240, bySeries.get(false).size());
        assertTrue(lines.stream().noneMatch(line -> line.contains("__replica__")), lines::getFirst);
    }
}
