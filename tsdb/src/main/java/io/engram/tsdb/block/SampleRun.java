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
public final class SampleRun {
    private final HistogramDecoder decoder = new HistogramDecoder();

    public int count;
    public long[] timeMs = new long[128];
    public double[] value = new double[128];
    /** Null where the sample is a float. */
    public Histogram[] histogram = new Histogram[128];

    /** Where false, all of {@link #histogram} is null, and nobody need look. */
    public boolean hasHistograms;

    public void clear() {
        dropBehind(0);
    }

    private void dropBehind(int kept) {
        if (hasHistograms) {
            Arrays.fill(histogram, kept, count, null);
            hasHistograms = kept > 0;
        }
        count = kept;
    }

    /**
     * Adds the samples of a chunk.
     *
     * @param data has {@link io.engram.model.read.ChunkBatch#SLACK} readable bytes behind the chunk
     * @throws CorruptChunk where it is damaged; what was added by then is undefined
     */
    void add(byte encoding, byte[] data, int at, int length) {
        room(SampleCounts.of(encoding, data, at));
        switch (encoding) {
            case ChunkEncoding.XOR ->
                count += XorDecoder.decode(data, at, length, Long.MIN_VALUE, Long.MAX_VALUE, timeMs, value, count);
            case ChunkEncoding.XOR2 -> count += Xor2Decoder.decode(data, at, length, timeMs, value, count);
            case ChunkEncoding.HISTOGRAM,
                    ChunkEncoding.FLOAT_HISTOGRAM,
                    ChunkEncoding.HISTOGRAM_ST,
                    ChunkEncoding.FLOAT_HISTOGRAM_ST -> {
                hasHistograms = true;
                decoder.reset(encoding, data, at, length);
                while (decoder.next()) {
                    timeMs[count] = decoder.timestampMs();
                    histogram[count++] = decoder.histogram();
                }
            }
            default -> throw new CorruptChunk("chunk of the unknown encoding " + encoding);
        }
    }

    /** The same, and demands what the index says of the chunk. */
    void add(ChunkFrame frame, byte[] data, BlockPath path, long offset, long minMs, long maxMs) {
        int from = count;
        try {
            add(frame.encoding, data, frame.dataAt, frame.dataLength);
        } catch (CorruptChunk e) {
            throw path.corrupt(offset, "a chunk of encoding " + frame.encoding, e.getMessage());
        }
        for (int i = from + 1; i < count; i++) {
            if (timeMs[i] <= timeMs[i - 1]) {
                throw path.corrupt(offset, "a sample after " + timeMs[i - 1], "one at " + timeMs[i]);
            }
        }
        if (count == from || timeMs[from] != minMs || timeMs[count - 1] != maxMs) {
            throw path.corrupt(
                    offset,
                    "samples from " + minMs + " to " + maxMs,
                    count == from ? "none" : timeMs[from] + " to " + timeMs[count - 1]);
        }
    }

    /** Adds a sample for which {@link #room} was made. */
    public void add(SampleRun from, int index) {
        timeMs[count] = from.timeMs[index];
        value[count] = from.value[index];
        if (from.hasHistograms && from.histogram[index] != null) {
            histogram[count] = from.histogram[index];
            hasHistograms = true;
        }
        count++;
    }

    /** Of the samples from index {@code from} on, drops those whose times do not pass. */
    public void keep(int from, LongPredicate time) {
        int kept = from;
        for (int i = from; i < count; i++) {
            if (time.test(timeMs[i])) {
                timeMs[kept] = timeMs[i];
                value[kept] = value[i];
                histogram[kept++] = histogram[i];
            }
        }
        dropBehind(kept);
    }

    /** Makes room for so many samples more. */
    public void room(int more) {
        if (count + more > timeMs.length) {
            int n = Math.max(2 * timeMs.length, count + more);
            timeMs = Arrays.copyOf(timeMs, n);
            value = Arrays.copyOf(value, n);
            histogram = Arrays.copyOf(histogram, n);
        }
    }
}
