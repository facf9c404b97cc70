package io.engram.tsdb.block;

import io.engram.model.histogram.Histogram;
import io.engram.model.read.ChunkEncoding;
import io.engram.tsdb.chunk.CorruptChunk;
import io.engram.tsdb.chunk.HistogramDecoder;
import io.engram.tsdb.chunk.Xor2Decoder;
import io.engram.tsdb.chunk.XorDecoder;
import java.util.Arrays;
import java.util.function.LongPredicate;

/** Decoded samples of a series, in the order of their times. Reused; for one thread. */
final class SampleRun {
    private final HistogramDecoder decoder = new HistogramDecoder();

    int count;
    long[] timeMs = new long[128];
    double[] value = new double[128];
    /** Null where the sample is a float. */
    Histogram[] histogram = new Histogram[128];

    void clear() {
        Arrays.fill(histogram, 0, count, null);
        count = 0;
    }

    /**
     * Adds the samples of a chunk.
     *
     * @param data has {@link io.engram.model.read.ChunkBatch#SLACK} readable bytes behind the chunk
     * @throws CorruptChunk where it is damaged; what was added by then is undefined
     */
    void decode(byte encoding, byte[] data, int at, int length) {
        room(SampleCounts.of(encoding, data, at));
        switch (encoding) {
            case ChunkEncoding.XOR ->
                count += XorDecoder.decode(data, at, length, Long.MIN_VALUE, Long.MAX_VALUE, timeMs, value, count);
            case ChunkEncoding.XOR2 -> count += Xor2Decoder.decode(data, at, length, timeMs, value, count);
            case ChunkEncoding.HISTOGRAM,
                    ChunkEncoding.FLOAT_HISTOGRAM,
                    ChunkEncoding.HISTOGRAM_ST,
                    ChunkEncoding.FLOAT_HISTOGRAM_ST -> {
                decoder.reset(encoding, data, at, length);
                while (decoder.next()) {
                    timeMs[count] = decoder.timestampMs();
                    histogram[count++] = decoder.histogram();
                }
            }
            default -> throw new CorruptChunk("chunk of the unknown encoding " + encoding);
        }
    }

    /** Decodes into this run alone, and demands what the index says of the chunk. */
    void decode(ChunkFrame frame, byte[] data, BlockPath path, long offset, long minMs, long maxMs) {
        clear();
        try {
            decode(frame.encoding, data, frame.dataAt, frame.dataLength);
        } catch (CorruptChunk e) {
            throw path.corrupt(offset, "a chunk of encoding " + frame.encoding, e.getMessage());
        }
        for (int i = 1; i < count; i++) {
            if (timeMs[i] <= timeMs[i - 1]) {
                throw path.corrupt(offset, "a sample after " + timeMs[i - 1], "one at " + timeMs[i]);
            }
        }
        if (count == 0 || timeMs[0] != minMs || timeMs[count - 1] != maxMs) {
            throw path.corrupt(
                    offset,
                    "samples from " + minMs + " to " + maxMs,
                    count == 0 ? "none" : timeMs[0] + " to " + timeMs[count - 1]);
        }
    }

    void add(SampleRun from, int index) {
        room(1);
        timeMs[count] = from.timeMs[index];
        value[count] = from.value[index];
        histogram[count++] = from.histogram[index];
    }

    /** Drops the samples whose times do not pass. */
    void keep(LongPredicate time) {
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (time.test(timeMs[i])) {
                timeMs[kept] = timeMs[i];
                value[kept] = value[i];
                histogram[kept++] = histogram[i];
            }
        }
        Arrays.fill(histogram, kept, count, null);
        count = kept;
    }

    private void room(int more) {
        if (count + more > timeMs.length) {
            int n = Math.max(2 * timeMs.length, count + more);
            timeMs = Arrays.copyOf(timeMs, n);
            value = Arrays.copyOf(value, n);
            histogram = Arrays.copyOf(histogram, n);
        }
    }
}
