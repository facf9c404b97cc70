package io.engram.tsdb.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.labels.Labels;
import io.engram.model.testing.RandomHistograms;
import io.engram.model.testing.Seeds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Merges against sets of samples. */
class BlockMergeTest {
    @TempDir
    Path folder;

    private final List<BlockReader> open = new ArrayList<>();

    @AfterEach
    void close() {
        open.forEach(BlockReader::close);
    }

    @Test
    void holdsEachSampleOfItsSourcesOnce() {
        Seeds.check(10, random -> {
            List<BlockModel> models = models(random);
            List<BlockReader> blocks = new ArrayList<>();
            for (BlockModel model : models) {
                blocks.add(write(model, random, random.nextInt(2) == 0 ? 120 : random.nextInt(1, 121)));
            }
            BlockModel expected = new BlockModel();
            models.forEach(model -> expected.fold(model, Long.MIN_VALUE, Long.MAX_VALUE));
            BlockMerge.Result result = merge(blocks, Long.MIN_VALUE, Long.MAX_VALUE, random);
            expected.assertSame(read(result));
            assertEquals(expected.sampleCount(), result.meta().stats().samples());
            assertEquals(expected.series.size(), result.meta().stats().series());
            assertEquals(List.of(), BlockVerify.verify(result.folder()));
            assertChunksAreShort(result);
        });
    }

    @Test
    void cutsToTheRange() {
        Seeds.check(8, random -> {
            List<BlockModel> models = models(random);
            List<BlockReader> blocks = new ArrayList<>();
            for (BlockModel model : models) {
                blocks.add(write(model, random, 120));
            }
            long min = RandomBlocks.START_MS + random.nextInt(4_000_000);
            long end = min + random.nextInt(4_000_000);
            BlockModel expected = new BlockModel();
            models.forEach(model -> expected.fold(model, min, end));
            BlockMerge.Result result = merge(blocks, min, end, random);
            expected.assertSame(read(result));
            assertTrue(result.meta().minTimeMs() >= min
                    && result.meta().maxTimeMs() <= Math.max(end, result.meta().minTimeMs()));
            assertEquals(expected.series.isEmpty(), result.meta().compaction().deletable());
            assertEquals(List.of(), BlockVerify.verify(result.folder()));
        });
    }

    @Test
    void identicalCopiesFoldWithoutDecoding() throws IOException {
        SplittableRandom random = Seeds.random();
        BlockModel model = RandomBlocks.next(random, 60, 500);
        List<BlockReader> copies =
                List.of(write(model, random, 120), write(model, random, 120), write(model, random, 120));
        BlockMerge.Result result = merge(copies, Long.MIN_VALUE, Long.MAX_VALUE, random);
        model.assertSame(read(result));
        assertEquals(0, result.chunksRecoded());
        assertEquals(copies.getFirst().meta().stats().chunks(), result.chunksCopied());
        assertEquals(
                -1,
                Files.mismatch(
                        folder.resolve(copies.getFirst().meta().id() + "/chunks/000001"),
                        result.folder().resolve("chunks/000001")),
                "chunks byte for byte");
        assertEquals(
                -1,
                Files.mismatch(
                        folder.resolve(copies.getFirst().meta().id() + "/index"),
                        result.folder().resolve("index")),
                "index byte for byte");
    }

    @Test
    void blocksBehindEachOtherAreCopied() throws IOException {
        SplittableRandom random = Seeds.random();
        List<BlockReader> blocks = new ArrayList<>();
        BlockModel expected = new BlockModel();
        for (int b = 0; b < 12; b++) {
            BlockModel model = new BlockModel();
            for (int s = 0; s < 20; s++) {
                if (random.nextInt(4) > 0) {
                    RandomBlocks.fill(
                            model,
                            Labels.of("__name__", "s" + s),
                            random,
                            200,
                            RandomBlocks.START_MS + 100_000_000L * b);
                }
            }
            expected.fold(model, Long.MIN_VALUE, Long.MAX_VALUE);
            blocks.add(write(model, random, 120));
        }
        BlockMerge.Result result = merge(blocks, Long.MIN_VALUE, Long.MAX_VALUE, random);
        expected.assertSame(read(result));
        assertEquals(0, result.chunksRecoded());
        assertEquals(blocks.stream().mapToLong(b -> b.meta().stats().chunks()).sum(), result.chunksCopied());
    }

    @Test
    void mergedRunsKeepTheirOrder() throws IOException {
        SplittableRandom random = Seeds.random();
        Labels labels = Labels.of("__name__", "up");
        BlockModel even = new BlockModel();
        BlockModel odd = new BlockModel();
        for (int i = 0; i < 1000; i++) {
            (i % 2 == 0 ? even : odd).put(labels, 1000L * i, i);
        }
        BlockMerge.Result result = merge(
                List.of(write(even, random, 120), write(odd, random, 120)), Long.MIN_VALUE, Long.MAX_VALUE, random);
        TreeMap<Long, Object> samples = read(result).series.get(labels);
        assertEquals(1000, samples.size());
        assertEquals(0, result.chunksCopied());
        assertEquals(9, result.meta().stats().chunks());
    }

    @Test
    void firstSourceWinsWhereAFloatMeetsAHistogram() throws IOException {
        SplittableRandom random = Seeds.random();
        Labels labels = Labels.of("__name__", "mixed");
        BlockModel floats = new BlockModel();
        BlockModel histograms = new BlockModel();
        for (int i = 0; i < 50; i++) {
            floats.put(labels, 1000L * i, i);
            histograms.put(labels, 1000L * i + (i % 2 == 0 ? 0 : 1), RandomHistograms.next(random));
        }
        BlockReader a = write(floats, random, 120);
        BlockReader b = write(histograms, random, 120);
        BlockModel expected = new BlockModel();
        expected.fold(floats, Long.MIN_VALUE, Long.MAX_VALUE);
        expected.fold(histograms, Long.MIN_VALUE, Long.MAX_VALUE);
        expected.assertSame(read(merge(List.of(a, b), Long.MIN_VALUE, Long.MAX_VALUE, random)));
        BlockModel other = new BlockModel();
        other.fold(histograms, Long.MIN_VALUE, Long.MAX_VALUE);
        other.fold(floats, Long.MIN_VALUE, Long.MAX_VALUE);
        other.assertSame(read(merge(List.of(b, a), Long.MIN_VALUE, Long.MAX_VALUE, random)));
    }

    @Test
    void metaTellsWhereItCameFrom() throws IOException {
        SplittableRandom random = Seeds.random();
        BlockReader a = write(RandomBlocks.next(random, 5, 50), random, 120);
        BlockReader b = write(RandomBlocks.next(random, 5, 50), random, 120);
        BlockMerge.Result first = merge(List.of(a, b), Long.MIN_VALUE, Long.MAX_VALUE, random);
        try (BlockReader merged = BlockReader.open(first.folder())) {
            BlockReader c = write(RandomBlocks.next(random, 5, 50), random, 120);
            BlockMeta meta = merge(List.of(c, merged), Long.MIN_VALUE, Long.MAX_VALUE, random)
                    .meta();
            assertEquals(3, meta.compaction().level());
            assertEquals(
                    Stream.of(a, b, c).map(r -> r.meta().id()).sorted().toList(),
                    meta.compaction().sources());
            assertEquals(
                    List.of(c.meta().id(), merged.meta().id()),
                    meta.compaction().parents().stream().map(p -> p.id()).toList());
        }
    }

    @Test
    void damagedSourceIsNamedAndNothingIsLeftBehind() throws IOException {
        SplittableRandom random = Seeds.random();
        BlockModel model = RandomBlocks.next(random, 30, 300);
        BlockReader good = write(model, random, 120);
        BlockReader bad = write(model, random, 120);
        Path chunks = folder.resolve(bad.meta().id() + "/chunks/000001");
        byte[] bytes = Files.readAllBytes(chunks);
        bytes[bytes.length / 2] ^= 1;
        Files.write(chunks, bytes);
        CorruptBlock e = assertThrows(
                CorruptBlock.class, () -> merge(List.of(good, bad), Long.MIN_VALUE, Long.MAX_VALUE, random));
        assertEquals(bad.meta().id().toString(), e.file().block());
        try (Stream<Path> left = Files.list(folder)) {
            assertEquals(2, left.count());
        }
    }

    /** Copies with holes, late samples in a block of their own, a neighbour in time. */
    private static List<BlockModel> models(SplittableRandom random) {
        BlockModel whole = RandomBlocks.next(random, 40, 400);
        List<BlockModel> models = new ArrayList<>();
        for (int copy = random.nextInt(1, 5); copy > 0; copy--) {
            BlockModel some = new BlockModel();
            int kept = random.nextInt(1, 20);
            whole.series.forEach((labels, samples) -> {
                if (random.nextInt(5) > 0) {
                    samples.forEach((time, value) -> {
                        if (random.nextInt(kept) > 0) {
                            some.put(labels, time, value);
                        }
                    });
                }
            });
            models.add(some);
        }
        BlockModel late = new BlockModel();
        for (Labels labels : whole.series.keySet()) {
            if (random.nextInt(3) == 0) {
                RandomBlocks.fill(late, labels, random, 50, RandomBlocks.START_MS + random.nextInt(3_000_000));
            }
        }
        models.add(random.nextInt(models.size() + 1), late);
        return models;
    }

    private BlockReader write(BlockModel model, SplittableRandom random, int chunkSamples) throws IOException {
        BlockReader block = BlockReader.open(model.write(folder, RandomBlocks.id(random), chunkSamples));
        open.add(block);
        return block;
    }

    private BlockMerge.Result merge(List<BlockReader> blocks, long minMs, long endMs, SplittableRandom random)
            throws IOException {
        BlockId id = RandomBlocks.id(random);
        List<BlockMeta> metas = blocks.stream().map(BlockReader::meta).toList();
        return BlockMerge.merge(
                blocks,
                minMs,
                endMs,
                folder,
                id,
                contents -> MergedMeta.of(id, metas, minMs, endMs, "compactor", contents));
    }

    private static BlockModel read(BlockMerge.Result result) throws IOException {
        try (BlockReader block = BlockReader.open(result.folder())) {
            assertEquals(result.meta(), block.meta());
            return BlockModel.of(block);
        }
    }

    private static void assertChunksAreShort(BlockMerge.Result result) throws IOException {
        try (BlockReader block = BlockReader.open(result.folder())) {
            SeriesEntry entry = new SeriesEntry();
            BlockChunkReader chunks = block.chunkReader();
            block.allSeries().forEach((int ref) -> {
                block.series(ref, entry);
                for (int c = 0; c < entry.chunks.count; c++) {
                    chunks.load(entry.chunks.ref[c]);
                    int samples = SampleCounts.of(chunks.frame.encoding, chunks.data(), chunks.frame.dataAt);
                    assertTrue(samples <= 120, samples + " samples in a chunk");
                }
            });
        }
    }
}
