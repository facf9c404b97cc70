package io.engram.tsdb.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.block.BlockId;
import io.engram.model.block.BlockStats;
import io.engram.model.labels.Labels;
import io.engram.model.labels.Matcher;
import io.engram.model.labels.Matcher.Type;
import io.engram.model.labels.Utf8Order;
import io.engram.model.read.ChunkEncoding;
import io.engram.model.testing.Seeds;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was written is read, against a map. */
class BlockRoundTripTest {
    private static final String[] PATTERNS = {
        "",
        ".*",
        ".+",
        "a",
        "v1",
        "v1|v2",
        "|v1",
        "v1.*",
        "v.*1",
        ".*1.*",
        "v(1|2|3)",
        "v[0-4]+",
        "(?i)V1",
        "[^v]*",
        "v\\d",
        "nothing",
        "ä.*",
        "(?s).",
        "😀.*",
        "job",
        "v1.+",
        "v(1|x.*)"
    };

    @TempDir
    Path folder;

    @Test
    void bringsBackWhateverWentIn() {
        Seeds.check(8, random -> {
            BlockModel model = RandomBlocks.next(random, 120, 400);
            BlockId id = RandomBlocks.id(random);
            Path path = model.write(folder, id, random.nextInt(1, 121));
            try (BlockReader block = BlockReader.open(path)) {
                model.assertSame(BlockModel.of(block));
                BlockStats stats = block.meta().stats();
                assertEquals(model.series.size(), stats.series());
                assertEquals(model.sampleCount(), stats.samples());
                assertEquals(stats.samples(), stats.floatSamples() + stats.histogramSamples());
                assertEquals(List.of(), BlockVerify.verify(path));
                checkSelections(model, block, random);
                checkListings(model, block, random);
            }
        });
    }

    @Test
    void postingsInSmallBatchesAndChunksInManySegmentsAreTheSame() {
        Seeds.check(4, random -> {
            BlockModel model = RandomBlocks.next(random, 200, 200);
            BlockId id = RandomBlocks.id(random);
            try (BlockWriter writer = BlockWriter.create(folder, id, 2000, random.nextInt(1, 50))) {
                Path path = model.write(writer, id, 120);
                try (BlockReader block = BlockReader.open(path)) {
                    model.assertSame(BlockModel.of(block));
                    assertTrue(block.segments().length > 1);
                    assertEquals(List.of(), BlockVerify.verify(path));
                    checkSelections(model, block, random);
                }
            }
        });
    }

    @Test
    void readsNoChunkOutsideOfTheRange() {
        BlockModel model = new BlockModel();
        Labels labels = Labels.of("__name__", "up");
        for (int i = 0; i < 1000; i++) {
            model.put(labels, 1000L * i, i);
        }
        Path path = write(model);
        try (BlockReader block = open(path)) {
            TreeMap<Long, Object> found =
                    BlockModel.of(block, 250_000, 250_000).series.get(labels);
            assertEquals(240_000L, found.firstKey());
            assertEquals(359_000L, found.lastKey());
            assertTrue(BlockModel.of(block, 1_000_000, Long.MAX_VALUE)
                    .series
                    .get(labels)
                    .isEmpty());
        }
    }

    @Test
    void emptyBlockIsOne() throws IOException {
        BlockId id = RandomBlocks.id(Seeds.random());
        try (BlockReader block = BlockReader.open(new BlockModel().write(folder, id))) {
            assertTrue(block.allSeries().isEmpty());
            assertEquals(List.of(), block.labelNames(List.of()));
            assertTrue(block.select(List.of(Matcher.equal("a", ""))).isEmpty());
        }
        assertEquals(List.of(), BlockVerify.verify(folder.resolve(id.toString())));
    }

    @Test
    void refusesWhatBreaksTheOrder() throws IOException {
        try (BlockWriter writer = BlockWriter.create(folder, RandomBlocks.id(Seeds.random()))) {
            for (String symbol : List.of("a", "b", "c")) {
                writer.addSymbol(symbol.getBytes(StandardCharsets.UTF_8), 0, 1);
            }
            assertThrows(IllegalArgumentException.class, () -> writer.addSymbol(new byte[] {'b'}, 0, 1));
            assertThrows(IllegalArgumentException.class, () -> writer.beginSeries(new int[] {1, 0, 0, 0}, 4));
            assertThrows(IllegalArgumentException.class, () -> writer.beginSeries(new int[] {0, 3}, 2));
            assertThrows(IllegalArgumentException.class, () -> writer.beginSeries(new int[] {}, 0));
            byte[] chunk = {0, 1, 2, 3, 4, 5};
            writer.beginSeries(new int[] {0, 1}, 2);
            writer.addChunk(10, 20, ChunkEncoding.XOR, chunk, 0, 6);
            assertThrows(IllegalArgumentException.class, () -> writer.addChunk(20, 30, ChunkEncoding.XOR, chunk, 0, 6));
            assertThrows(IllegalArgumentException.class, () -> writer.addChunk(31, 30, ChunkEncoding.XOR, chunk, 0, 6));
            assertThrows(IllegalArgumentException.class, () -> writer.addChunk(31, 32, (byte) 7, chunk, 0, 6));
            writer.endSeries();
            assertThrows(IllegalArgumentException.class, () -> writer.beginSeries(new int[] {0, 1}, 2));
            assertThrows(IllegalArgumentException.class, () -> writer.beginSeries(new int[] {0, 0}, 2));
        }
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(List.of(), left.toList(), "an unfinished block leaves nothing");
        }
    }

    @Test
    void staysReadableWhileRetained() throws IOException {
        BlockModel model = RandomBlocks.next(Seeds.random(), 10, 10);
        BlockReader block = BlockReader.open(model.write(folder, RandomBlocks.id(Seeds.random())));
        assertTrue(block.retain());
        block.close();
        block.close();
        model.assertSame(BlockModel.of(block));
        block.release();
        assertFalse(block.retain());
        assertThrows(IllegalStateException.class, () -> BlockModel.of(block));
    }

    @Test
    void manyThreadsReadTheSame() throws Exception {
        BlockModel model = RandomBlocks.next(Seeds.random(), 100, 200);
        try (BlockReader block = BlockReader.open(write(model));
                ExecutorService threads = Executors.newFixedThreadPool(4)) {
            List<Future<?>> reads = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                reads.add(threads.submit(() -> {
                    model.assertSame(BlockModel.of(block));
                    checkListings(model, block, Seeds.random());
                }));
            }
            for (Future<?> read : reads) {
                read.get();
            }
        }
    }

    @Test
    void refusesAMetaOfAnotherBlock() throws IOException {
        BlockId id = RandomBlocks.id(Seeds.random());
        try (BlockWriter writer = BlockWriter.create(folder, id)) {
            BlockId other = BlockId.of(7, 0, 0);
            assertThrows(IllegalArgumentException.class, () -> writer.finish(c -> BlockModel.meta(other, c)));
        }
        assertFalse(Files.exists(folder.resolve(id.toString())));
    }

    private Path write(BlockModel model) {
        try {
            return model.write(folder, RandomBlocks.id(Seeds.random()));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static BlockReader open(Path path) {
        try {
            return BlockReader.open(path);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static void checkSelections(BlockModel model, BlockReader block, SplittableRandom random) {
        for (String name : List.of("job", "pod", "missing")) {
            for (Type type : Type.values()) {
                for (String value : PATTERNS) {
                    checkSelection(model, block, List.of(new Matcher(type, name, value)));
                }
            }
        }
        for (int i = 0; i < 200; i++) {
            List<Matcher> matchers = new ArrayList<>();
            for (int n = random.nextInt(4); n >= 0; n--) {
                String name = RandomBlocks.NAMES[random.nextInt(RandomBlocks.NAMES.length)];
                Type type = Type.values()[random.nextInt(4)];
                matchers.add(new Matcher(type, name, PATTERNS[random.nextInt(PATTERNS.length)]));
            }
            checkSelection(model, block, matchers);
        }
    }

    private static void checkSelection(BlockModel model, BlockReader block, List<Matcher> matchers) {
        List<Labels> expected = model.series.keySet().stream()
                .filter(labels -> matchers.stream().allMatch(m -> m.matches(labels.get(m.name()))))
                .toList();
        List<Labels> found = new ArrayList<>();
        SeriesEntry entry = new SeriesEntry();
        block.select(matchers).forEach((int ref) -> found.add(block.labels(block.series(ref, entry))));
        assertEquals(expected, found, matchers.toString());
        assertEquals(names(expected), block.labelNames(matchers), matchers.toString());
    }

    private static List<String> names(List<Labels> series) {
        TreeSet<String> names = new TreeSet<>(Utf8Order::compare);
        for (Labels labels : series) {
            for (int i = 0; i < labels.size(); i++) {
                names.add(labels.at(i).name());
            }
        }
        return List.copyOf(names);
    }

    private static void checkListings(BlockModel model, BlockReader block, SplittableRandom random) {
        assertEquals(names(List.copyOf(model.series.keySet())), block.labelNames(List.of()));
        for (String name : RandomBlocks.NAMES) {
            for (List<Matcher> matchers :
                    List.of(List.<Matcher>of(), List.of(Matcher.equal("__name__", "v" + random.nextInt(4))))) {
                TreeSet<String> expected = new TreeSet<>(Utf8Order::compare);
                for (Labels labels : model.series.keySet()) {
                    if (labels.has(name) && matchers.stream().allMatch(m -> m.matches(labels.get(m.name())))) {
                        expected.add(labels.get(name));
                    }
                }
                assertEquals(List.copyOf(expected), block.labelValues(name, matchers), name + " of " + matchers);
            }
        }
    }
}
