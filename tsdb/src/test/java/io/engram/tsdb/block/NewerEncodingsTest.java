package io.engram.tsdb.block;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.histogram.Histogram;
import io.engram.model.labels.Labels;
import io.engram.model.read.ChunkBatch;
import io.engram.model.read.ChunkEncoding;
import io.engram.model.testing.RandomHistograms;
import io.engram.model.testing.Seeds;
import io.engram.tsdb.chunk.StartTimesTestEncoder;
import io.engram.tsdb.chunk.Xor2TestEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Chunks in encodings that newer versions of Prometheus write, and such that nobody does. */
class NewerEncodingsTest {
    private static final Labels FLOATS = Labels.of("n", "a");
    private static final Labels HISTOGRAMS = Labels.of("n", "b");

    @TempDir
    Path folder;

    private final BlockModel model = new BlockModel();

    @Test
    void comeAsTheOlderOnes() {
        Seeds.check(20, random -> {
            try (BlockReader block = BlockReader.open(write(random))) {
                assertEquals(ChunkEncoding.XOR2, encodings(block).getFirst());
                model.assertSame(BlockModel.of(block));
                assertEquals(
                        List.of(),
                        BlockVerify.verify(folder.resolve(block.meta().id().toString())));
            }
        });
    }

    @Test
    void areHandedOutOfBareBytesAsTheReaderOfTheBlockDoes() throws IOException {
        try (BlockReader block = BlockReader.open(write(Seeds.random()))) {
            BlockChunkReader reader = block.chunkReader();
            ChunkHandout handout = new ChunkHandout();
            SeriesEntry entry = new SeriesEntry();
            block.allSeries().forEach((int ref) -> {
                ChunkBatch expected = new ChunkBatch();
                reader.read(block.series(ref, entry), Long.MIN_VALUE, Long.MAX_VALUE, expected);
                ChunkBatch found = new ChunkBatch();
                for (int c = 0; c < entry.chunks.count; c++) {
                    long chunk = entry.chunks.ref[c];
                    reader.load(chunk);
                    // Nothing behind the chunk may be needed.
                    byte[] bare = Arrays.copyOf(reader.data(), reader.frame.dataAt + reader.frame.dataLength);
                    handout.add(
                            reader.frame,
                            bare,
                            block.segment(chunk).path(),
                            ChunkFormat.offset(chunk),
                            entry.chunks.minMs[c],
                            entry.chunks.maxMs[c],
                            Intervals.NONE,
                            found);
                }
                assertEquals(expected.chunkCount, found.chunkCount);
                assertArrayEquals(
                        Arrays.copyOf(expected.data, expected.dataLength), Arrays.copyOf(found.data, found.dataLength));
                assertArrayEquals(
                        Arrays.copyOf(expected.encoding, expected.chunkCount),
                        Arrays.copyOf(found.encoding, found.chunkCount));
            });
        }
    }

    @Test
    void areCopiedWholeAndEncodedAnewWhereTheyAreCut() throws IOException {
        SplittableRandom random = Seeds.random();
        try (BlockReader block = BlockReader.open(write(random))) {
            BlockId whole = RandomBlocks.id(random);
            BlockMerge.merge(
                    List.of(block), Long.MIN_VALUE, Long.MAX_VALUE, folder, whole, c -> BlockModel.meta(whole, c));
            try (BlockReader merged = BlockReader.open(folder.resolve(whole.toString()))) {
                assertEquals(encodings(block), encodings(merged));
                model.assertSame(BlockModel.of(merged));
            }
            BlockId cut = RandomBlocks.id(random);
            long min = block.meta().minTimeMs() + 100_000;
            BlockModel expected = new BlockModel();
            expected.fold(model, min, Long.MAX_VALUE);
            BlockMerge.merge(List.of(block), min, Long.MAX_VALUE, folder, cut, c -> BlockModel.meta(cut, c));
            try (BlockReader merged = BlockReader.open(folder.resolve(cut.toString()))) {
                expected.assertSame(BlockModel.of(merged));
                assertTrue(encodings(merged).stream().allMatch(e -> e <= ChunkEncoding.FLOAT_HISTOGRAM));
            }
        }
    }

    @Test
    void unknownOnesAreRefusedByName() throws IOException {
        Path path = write(Seeds.random());
        Path chunks = path.resolve("chunks/000001");
        byte[] bytes = Files.readAllBytes(chunks);
        int at = ChunkFormat.HEADER_BYTES;
        int lengthBytes = bytes[at] < 0 ? 2 : 1;
        int length = bytes[at] & 0x7F | (lengthBytes == 2 ? bytes[at + 1] << 7 : 0);
        bytes[at + lengthBytes] = 9;
        Damage.fixChecksum(bytes, at + lengthBytes, 1 + length);
        Files.write(chunks, bytes);
        List<BlockVerify.Finding> findings = BlockVerify.verify(path);
        assertEquals(
                "chunks/000001 at offset %d: expected a chunk of encoding 1 to 6, found encoding 9"
                        .formatted(at + lengthBytes),
                findings.getFirst().toString());
    }

    private static List<Byte> encodings(BlockReader block) {
        List<Byte> found = new ArrayList<>();
        SeriesEntry entry = new SeriesEntry();
        BlockChunkReader chunks = block.chunkReader();
        block.allSeries().forEach((int ref) -> {
            block.series(ref, entry);
            for (int c = 0; c < entry.chunks.count; c++) {
                chunks.load(entry.chunks.ref[c]);
                found.add(chunks.frame.encoding);
            }
        });
        return found;
    }

    private Path write(SplittableRandom random) throws IOException {
        model.series.clear();
        BlockId id = RandomBlocks.id(random);
        try (BlockWriter writer = BlockWriter.create(folder, id)) {
            for (String symbol : List.of("a", "b", "n")) {
                writer.addSymbol(symbol.getBytes(StandardCharsets.UTF_8), 0, 1);
            }
            writer.beginSeries(new int[] {2, 0}, 2);
            addFloats(writer, random);
            writer.endSeries();
            writer.beginSeries(new int[] {2, 1}, 2);
            addHistograms(writer, random);
            writer.endSeries();
            return writer.finish(contents -> meta(id, contents));
        }
    }

    private static BlockMeta meta(BlockId id, BlockContents contents) {
        return BlockModel.meta(id, contents);
    }

    private void addFloats(BlockWriter writer, SplittableRandom random) throws IOException {
        int count = random.nextInt(20, 150);
        long[] times = new long[count];
        double[] values = new double[count];
        for (int i = 0; i < count; i++) {
            times[i] = RandomBlocks.START_MS + 15_000L * i + random.nextInt(100);
            values[i] = random.nextInt(10);
            model.put(FLOATS, times[i], values[i]);
        }
        byte[] chunk = Xor2TestEncoder.encode(times, values, starts(random, times));
        writer.addChunk(times[0], times[count - 1], ChunkEncoding.XOR2, chunk, 0, chunk.length);
    }

    private static long[] starts(SplittableRandom random, long[] times) {
        long[] starts = new long[times.length];
        long start = random.nextBoolean() ? 0 : times[0] - 1;
        for (int i = 0; i < starts.length; i++) {
            start = random.nextInt(30) == 0 ? times[i] - random.nextInt(10_000) : start;
            starts[i] = start;
        }
        return starts;
    }

    private void addHistograms(BlockWriter writer, SplittableRandom random) throws IOException {
        TreeMap<Long, Object> samples = new TreeMap<>();
        Histogram histogram = RandomHistograms.next(random);
        for (int i = 0; i < 100; i++) {
            samples.put(RandomBlocks.START_MS + 15_000L * i, histogram);
            histogram = RandomHistograms.after(histogram, random);
        }
        model.series.put(HISTOGRAMS, samples);
        List<Map.Entry<Long, Object>> list = List.copyOf(samples.entrySet());
        new ChunkCutter().cut(BlockModel.run(list), (min, max, encoding, data, from, length) -> {
            long[] times = samples.subMap(min, true, max, true).keySet().stream()
                    .mapToLong(Long::longValue)
                    .toArray();
            byte[] chunk = Arrays.copyOfRange(data, from, from + length);
            byte[] made = StartTimesTestEncoder.encode(encoding, chunk, starts(random, times));
            writer.addChunk(min, max, StartTimesTestEncoder.encoding(encoding), made, 0, made.length);
        });
    }
}
