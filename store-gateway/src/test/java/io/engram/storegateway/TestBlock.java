package io.engram.storegateway;

import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.block.Compaction;
import io.engram.model.block.EngramSection;
import io.engram.model.labels.Labels;
import io.engram.model.labels.Utf8Order;
import io.engram.model.read.ChunkEncoding;
import io.engram.model.replica.ActivityTable;
import io.engram.tsdb.block.BlockContents;
import io.engram.tsdb.block.BlockWriter;
import io.engram.tsdb.chunk.XorEncoder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/** A block for tests: series with the times at which they have samples; values are random and take their eight bytes. */
final class TestBlock {
    static final long START_MS = 1_700_000_000_000L;
    static final String[] NAMES = {"__name__", "job", "pod", "le", "größe", "z.z"};

    final TreeMap<Labels, long[]> series = new TreeMap<>();
    ActivityTable activity = ActivityTable.EMPTY;

    static BlockId id(SplittableRandom random) {
        return BlockId.create(START_MS, random);
    }

    /** Labels of few values, so that blocks share series. */
    static Labels labels(SplittableRandom random, int values) {
        TreeMap<String, String> labels = new TreeMap<>();
        labels.put("__name__", "v" + random.nextInt(3));
        for (int n = 1; n < NAMES.length; n++) {
            if (random.nextInt(3) > 0) {
                labels.put(NAMES[n], (random.nextInt(8) == 0 ? "ä" : "v") + random.nextInt(values));
            }
        }
        return Labels.of(labels);
    }

    static long[] times(long startMs, int count, long stepMs) {
        long[] times = new long[count];
        for (int i = 0; i < count; i++) {
            times[i] = startMs + i * stepMs;
        }
        return times;
    }

    static TestBlock next(SplittableRandom random, int maxSeries, int maxSamples) {
        TestBlock block = new TestBlock();
        int values = 1 << random.nextInt(1, 8);
        for (int i = random.nextInt(1, maxSeries + 1); i > 0; i--) {
            long start = START_MS + random.nextInt(4) * 3_600_000L + random.nextInt(60_000);
            block.series.put(
                    labels(random, values),
                    times(start, random.nextInt(1, maxSamples + 1), 1 + random.nextInt(30_000)));
        }
        return block;
    }

    /** Writes chunks of 120 samples; returns the folder. */
    Path write(Path parent, BlockId id, SplittableRandom random) throws IOException {
        TreeSet<String> symbols = new TreeSet<>(Utf8Order::compare);
        for (Labels labels : series.keySet()) {
            for (int i = 0; i < labels.size(); i++) {
                symbols.add(labels.at(i).name());
                symbols.add(labels.at(i).value());
            }
        }
        try (BlockWriter writer = BlockWriter.create(parent, id)) {
            Map<String, Integer> numbers = new HashMap<>();
            for (String symbol : symbols) {
                byte[] utf8 = symbol.getBytes(StandardCharsets.UTF_8);
                numbers.put(symbol, writer.addSymbol(utf8, 0, utf8.length));
            }
            for (var entry : series.entrySet()) {
                Labels labels = entry.getKey();
                int[] ids = new int[2 * labels.size()];
                for (int i = 0; i < labels.size(); i++) {
                    ids[2 * i] = numbers.get(labels.at(i).name());
                    ids[2 * i + 1] = numbers.get(labels.at(i).value());
                }
                writer.beginSeries(ids, ids.length);
                addChunks(writer, entry.getValue(), random);
                writer.endSeries();
            }
            return writer.finish(contents -> meta(id, contents));
        }
    }

    private static void addChunks(BlockWriter writer, long[] times, SplittableRandom random) throws IOException {
        XorEncoder encoder = new XorEncoder();
        for (int from = 0; from < times.length; from += 120) {
            int to = Math.min(times.length, from + 120);
            encoder.reset();
            for (int i = from; i < to; i++) {
                encoder.append(times[i], Double.doubleToRawLongBits(random.nextDouble()));
            }
            byte[] chunk = encoder.toByteArray();
            writer.addChunk(times[from], times[to - 1], ChunkEncoding.XOR, chunk, 0, chunk.length);
        }
    }

    private BlockMeta meta(BlockId id, BlockContents contents) {
        return new BlockMeta(
                id,
                contents.minTimeMs(),
                contents.maxTimeMs() + 1,
                contents.stats(),
                Compaction.ofHead(id, false),
                Optional.empty(),
                new EngramSection(activity));
    }
}
