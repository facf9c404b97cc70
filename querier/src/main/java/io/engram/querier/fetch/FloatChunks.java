package io.engram.querier.fetch;

import io.engram.model.read.ChunkBatch;
import io.engram.model.read.ChunkEncoding;
import io.engram.tsdb.chunk.XorEncoder;
import java.util.Arrays;

/** Encodes samples that were merged. */
final class FloatChunks {
    /** Samples in a chunk: as many as the head puts into one. */
    static final int MOST_SAMPLES = 120;

    private FloatChunks() {}

    /** Adds chunks, each in an array of its own. */
    static void encode(long[] timeMs, double[] value, int count, XorEncoder encoder, SeriesChunks into) {
        for (int from = 0; from < count; from += MOST_SAMPLES) {
            int to = Math.min(count, from + MOST_SAMPLES);
            encoder.reset();
            for (int i = from; i < to; i++) {
                encoder.append(timeMs[i], Double.doubleToRawLongBits(value[i]));
            }
            byte[] bytes = encoder.toByteArray();
            byte[] withSlack = Arrays.copyOf(bytes, bytes.length + ChunkBatch.SLACK);
            into.add(ChunkEncoding.XOR, timeMs[from], timeMs[to - 1], withSlack, 0, bytes.length);
        }
    }
}
