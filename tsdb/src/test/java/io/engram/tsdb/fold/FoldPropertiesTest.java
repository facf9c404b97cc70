package io.engram.tsdb.fold;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.block.Folded;
import io.engram.model.labels.Labels;
import io.engram.model.testing.Seeds;
import io.engram.tsdb.block.BlockVerify;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What folding promises, over seeded scripts of pairs. */
class FoldPropertiesTest {
    /** More with {@code -Dengram.test.fold-scripts=N}. */
    private static final int SCRIPTS = Integer.getInteger("engram.test.fold-scripts", 12);

    private static final long HOUR_MS = 3_600_000;
    private static final long START_MS = 1_700_000_400_000L / HOUR_MS * HOUR_MS;
    private static final int HOURS = 4;

    @TempDir
    Path folder;

    private int scenes;

    private FoldScene scene(SplittableRandom random, boolean calm) {
        FoldScene scene = new FoldScene(folder.resolve("scene-" + scenes++));
        PairScript script = new PairScript(random, calm, START_MS, START_MS + HOURS * HOUR_MS);
        for (int i = 0; i < 12; i++) {
            PairScript.Kind kind = PairScript.Kind.values()[i % PairScript.Kind.values().length];
            Map<String, String> labels = new TreeMap<>(Map.of("instance", "i" + i % 3, "kind", kind.name()));
            if (random.nextInt(8) > 0) {
                labels.put("__name__", "m" + i % 5);
            }
            if (random.nextBoolean()) {
                labels.put("zone", "z"); // behind prometheus_replica
            }
            labels.put("n", Integer.toString(i));
            script.add(scene, labels, kind);
        }
        return scene;
    }

    private static FoldRange hour(int hour) {
        return new FoldRange(START_MS + hour * HOUR_MS, START_MS + (hour + 1) * HOUR_MS);
    }

    private static List<FoldScene.Block> hours(FoldScene scene) throws IOException {
        List<FoldScene.Block> blocks = new ArrayList<>();
        for (int hour = 0; hour < HOURS; hour++) {
            FoldScene.Block block = scene.write(hour(hour));
            if (block != null) {
                blocks.add(block);
            }
        }
        return blocks;
    }

    private static void fold(FoldScene scene, List<FoldScene.Block> blocks, int which) throws IOException {
        List<FoldScene.Block> around = new ArrayList<>(blocks);
        FoldScene.Block block = around.remove(which);
        FoldScene.Block folded = scene.fold(block, around);
        assertEquals(List.of(), BlockVerify.verify(folded.folder()));
        blocks.set(which, folded);
    }

    /** The one that everything rests on: nobody can tell by an answer which blocks were folded, nor when, nor in which order. */
    @Test
    void anyMixOfFoldedAndOtherBlocksReadsAsIfNothingWereFolded() {
        Seeds.check(SCRIPTS, random -> {
            FoldScene scene = scene(random, false);
            List<FoldScene.Block> blocks = hours(scene);
            List<Integer> order = new ArrayList<>();
            for (int i = 0; i < blocks.size(); i++) {
                order.add(random.nextInt(order.size() + 1), i);
            }
            for (int which : order) {
                fold(scene, blocks, which);
                TreeMap<Labels, TreeMap<Long, Object>> stored = FoldScene.read(blocks);
                expectSame(scene, stored, 0, Long.MAX_VALUE / 4);
                long fromMs = START_MS + random.nextLong(HOURS * HOUR_MS);
                long toMs = fromMs + random.nextLong(HOUR_MS);
                expectSame(scene, stored, fromMs, toMs);
            }
        });
    }

    /** The samples are equal bit for bit. Counters grow by the same, but for what the replicas' clocks differ by. */
    private static void expectSame(FoldScene scene, Map<Labels, TreeMap<Long, Object>> stored, long fromMs, long toMs) {
        TreeMap<Labels, List<FoldScene.Shown>> expected = scene.query(scene.series, fromMs, toMs);
        TreeMap<Labels, List<FoldScene.Shown>> found = scene.query(stored, fromMs, toMs);
        assertEquals(List.copyOf(expected.keySet()), List.copyOf(found.keySet()));
        expected.forEach((labels, samples) -> {
            List<FoldScene.Shown> others = found.get(labels);
            boolean counter = List.of("COUNTER", "SINGLE").contains(labels.get("kind"));
            for (int i = 0; i < Math.min(samples.size(), others.size()); i++) {
                FoldScene.Shown sample = samples.get(i);
                FoldScene.Shown other = others.get(i);
                String where = labels + " sample " + i + " of " + samples.size() + "/" + others.size() + ", after "
                        + samples.subList(Math.max(0, i - 3), i);
                assertTrue(sample.isSameAs(other), () -> where + ": expected " + sample + ", found " + other);
                if (counter && i > 0 && !Double.isNaN(sample.growth()) && !sample.reset()) {
                    assertEquals(sample.growth(), other.growth(), PairScript.MOST_SKEWED_GROWTH, where);
                }
            }
            assertEquals(samples.size(), others.size(), labels + " samples");
        });
    }

    @Test
    void healthyPairsAreFoldedWhole() {
        Seeds.check(SCRIPTS, random -> {
            FoldScene scene = scene(random, true);
            List<FoldScene.Block> blocks = hours(scene);
            for (int i = 0; i < blocks.size(); i++) {
                fold(scene, blocks, i);
                Folded folded = blocks.get(i).meta().engram().folded().orElseThrow();
                // Of some 50 samples that jump about, chance may put too few in the middle.
                assertTrue(folded.unlike() <= 1, folded::toString);
                assertEquals(new Folded(10 - folded.unlike(), 2, folded.unlike(), 0, 0), folded);
            }
        });
    }
}
