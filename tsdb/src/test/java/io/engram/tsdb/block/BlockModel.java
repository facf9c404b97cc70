package io.engram.tsdb.block;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.block.Compaction;
import io.engram.model.histogram.Histogram;
import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import io.engram.model.labels.Utf8Order;
import io.engram.model.read.ChunkBatch;
import io.engram.model.read.ChunkEncoding;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** What a block should hold: samples by series and time, the bits of a double or a histogram each. */
final class BlockModel {
    final TreeMap<Labels, TreeMap<Long, Object>> series = new TreeMap<>();

    void put(Labels labels, long timeMs, double value) {
        put(labels, timeMs, (Object) Double.doubleToRawLongBits(value));
    }

    void put(Labels labels, long timeMs, Histogram value) {
        put(labels, timeMs, (Object) value);
    }

    void put(Labels labels, long timeMs, Object value) {
        series.computeIfAbsent(labels, _ -> new TreeMap<>()).put(timeMs, value);
    }

    /** As {@link #put}, but what is there stays: how copies fold. */
    void fold(BlockModel other, long minMs, long endMs) {
        other.series.forEach((labels, samples) -> samples.forEach((time, value) -> {
            if (time >= minMs && time < endMs) {
                series.computeIfAbsent(labels, _ -> new TreeMap<>()).putIfAbsent(time, value);
            }
        }));
    }

    long sampleCount() {
        return series.values().stream().mapToLong(TreeMap::size).sum();
    }

    Path write(Path parent, BlockId id) throws IOException {
        return write(parent, id, ChunkCutter.MAX_SAMPLES);
    }

    Path write(Path parent, BlockId id, int chunkSamples) throws IOException {
        try (BlockWriter writer = BlockWriter.create(parent, id)) {
            return write(writer, id, chunkSamples);
        }
    }

    Path write(BlockWriter writer, BlockId id, int chunkSamples) throws IOException {
        Map<String, Integer> numbers = new HashMap<>();
        TreeSet<String> symbols = new TreeSet<>(Utf8Order::compare);
        for (Labels labels : series.keySet()) {
            for (int i = 0; i < labels.size(); i++) {
                symbols.add(labels.at(i).name());
                symbols.add(labels.at(i).value());
            }
        }
        for (String symbol : symbols) {
            byte[] utf8 = symbol.getBytes(StandardCharsets.UTF_8);
            numbers.put(symbol, writer.addSymbol(utf8, 0, utf8.length));
        }
        ChunkCutter cutter = new ChunkCutter();
        for (Map.Entry<Labels, TreeMap<Long, Object>> entry : series.entrySet()) {
            Labels labels = entry.getKey();
            int[] ids = new int[2 * labels.size()];
            for (int i = 0; i < labels.size(); i++) {
                Label label = labels.at(i);
                ids[2 * i] = numbers.get(label.name());
                ids[2 * i + 1] = numbers.get(label.value());
            }
            writer.beginSeries(ids, ids.length);
            List<Map.Entry<Long, Object>> samples = List.copyOf(entry.getValue().entrySet());
            for (int from = 0; from < samples.size(); from += chunkSamples) {
                cutter.cut(run(samples.subList(from, Math.min(samples.size(), from + chunkSamples))), writer::addChunk);
            }
            writer.endSeries();
        }
        return writer.finish(contents -> meta(id, contents));
    }

    static SampleRun run(List<Map.Entry<Long, Object>> samples) {
        SampleRun run = new SampleRun();
        run.timeMs = new long[samples.size()];
        run.value = new double[samples.size()];
        run.histogram = new Histogram[samples.size()];
        for (Map.Entry<Long, Object> sample : samples) {
            run.timeMs[run.count] = sample.getKey();
            if (sample.getValue() instanceof Long bits) {
                run.value[run.count] = Double.longBitsToDouble(bits);
            } else {
                run.histogram[run.count] = (Histogram) sample.getValue();
                run.hasHistograms = true;
            }
            run.count++;
        }
        return run;
    }

    static BlockMeta meta(BlockId id, BlockContents contents) {
        return new BlockMeta(
                id,
                contents.minTimeMs(),
                contents.maxTimeMs() + 1,
                contents.stats(),
                Compaction.ofHead(id, false),
                Optional.empty());
    }

    /** All that a block holds. */
    static BlockModel of(BlockReader block) {
        return of(block, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** The same; chunks outside of {@code [minMs, maxMs]} are not read. */
    static BlockModel of(BlockReader block, long minMs, long maxMs) {
        BlockModel model = new BlockModel();
        SeriesEntry entry = new SeriesEntry();
        BlockChunkReader chunks = block.chunkReader();
        ChunkBatch batch = new ChunkBatch();
        block.allSeries().forEach((int ref) -> {
            block.series(ref, entry);
            TreeMap<Long, Object> samples = new TreeMap<>();
            batch.clear();
            chunks.read(entry, minMs, maxMs, batch);
            for (int c = 0; c < batch.chunkCount; c++) {
                addTo(samples, batch, c);
            }
            model.series.put(block.labels(entry), samples);
        });
        return model;
    }

    private static void addTo(TreeMap<Long, Object> samples, ChunkBatch batch, int c) {
        assertTrue(batch.encoding[c] <= ChunkEncoding.FLOAT_HISTOGRAM, "a chunk as others read them");
        SampleRun run = new SampleRun();
        run.add(batch.encoding[c], batch.data, batch.offset[c], batch.length[c]);
        assertEquals(batch.minTimeMs[c], run.timeMs[0]);
        assertEquals(batch.maxTimeMs[c], run.timeMs[run.count - 1]);
        assertTrue(samples.isEmpty() || samples.lastKey() < run.timeMs[0], "chunks in the order of their times");
        for (int i = 0; i < run.count; i++) {
            samples.put(
                    run.timeMs[i],
                    run.histogram[i] == null ? (Object) Double.doubleToRawLongBits(run.value[i]) : run.histogram[i]);
        }
    }

    void assertSame(BlockModel actual) {
        assertEquals(List.copyOf(series.keySet()), List.copyOf(actual.series.keySet()));
        series.forEach((labels, samples) -> {
            TreeMap<Long, Object> found = actual.series.get(labels);
            assertEquals(new ArrayList<>(samples.keySet()), new ArrayList<>(found.keySet()), labels.toString());
            samples.forEach((time, value) -> assertTrue(
                    same(value, found.get(time)),
                    () -> labels + " at " + time + ": expected " + value + ", found " + found.get(time)));
        });
    }

    private static boolean same(Object a, Object b) {
        return a instanceof Histogram h && b instanceof Histogram other ? h.sameAs(other) : a.equals(b);
    }
}
