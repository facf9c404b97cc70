package io.engram.tsdb.head;

import io.engram.model.labels.Labels;
import io.engram.model.read.ChunkBatch;
import io.engram.model.read.ChunkEncoding;
import io.engram.tsdb.block.BlockReader;
import io.engram.tsdb.block.SeriesEntry;
import io.engram.tsdb.chunk.XorDecoder;
import java.nio.file.Path;
import java.util.NavigableMap;
import java.util.TreeMap;

/** Reads the floats of a block into plain maps, as {@link HeadContents} does those of a head. */
public final class BlockContentsReader {
    private BlockContentsReader() {}

    /** Adds what the block in the folder has; a sample that is there already must be the same. */
    public static void addAll(Path folder, TreeMap<Labels, NavigableMap<Long, Long>> to) throws Exception {
        try (BlockReader block = BlockReader.open(folder)) {
            ChunkBatch batch = new ChunkBatch();
            for (int ref : block.allSeries().toArray()) {
                SeriesEntry series = block.series(ref, new SeriesEntry());
                batch.clear();
                block.chunkReader().read(series, Long.MIN_VALUE, Long.MAX_VALUE, batch);
                NavigableMap<Long, Long> samples = to.computeIfAbsent(block.labels(series), _ -> new TreeMap<>());
                for (int c = 0; c < batch.chunkCount; c++) {
                    add(batch, c, samples);
                }
            }
        }
    }

    private static void add(ChunkBatch batch, int c, NavigableMap<Long, Long> samples) {
        if (batch.encoding[c] != ChunkEncoding.XOR) {
            throw new AssertionError("encoding " + batch.encoding[c]);
        }
        int count = XorDecoder.sampleCount(batch.data, batch.offset[c], batch.length[c]);
        long[] times = new long[count];
        double[] values = new double[count];
        XorDecoder.decode(
                batch.data, batch.offset[c], batch.length[c], Long.MIN_VALUE, Long.MAX_VALUE, times, values, 0);
        for (int i = 0; i < count; i++) {
            Long bits = Double.doubleToRawLongBits(values[i]);
            Long before = samples.put(times[i], bits);
            if (before != null && !before.equals(bits)) {
                throw new AssertionError("two values at " + times[i]);
            }
        }
    }
}
