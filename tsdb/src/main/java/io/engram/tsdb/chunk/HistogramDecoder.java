package io.engram.tsdb.chunk;

import io.engram.model.histogram.BucketIndexes;
import io.engram.model.histogram.Histogram;
import io.engram.model.histogram.HistogramRules;
import io.engram.model.histogram.InvalidHistogram;
import io.engram.model.histogram.ResetHint;
import io.engram.model.read.ChunkEncoding;
import java.util.Arrays;

/**
 * Reads histogram chunks, sample after sample. {@link #reset} it to a chunk, then {@link #next} until that says false;
 * a decoder can be reset as often as one likes. For one thread.
 */
public final class HistogramDecoder extends HistogramState {
    /** Buckets of one histogram beyond which a chunk is taken for damaged: the finest schema over all doubles. */
    private static final int MOST_BUCKETS = 1 << 20;

    private final BitReader in = new BitReader("histogram");
    private StartTimes starts = StartTimes.NONE;
    private int read;

    /**
     * Samples that a chunk says it has.
     *
     * @throws CorruptChunk where there is not even a header
     */
    public static int sampleCount(byte[] data, int offset, int length) {
        if (length < HEADER_BYTES) {
            throw new CorruptChunk("histogram chunk of " + length + " bytes has no header");
        }
        return (data[offset] & 0xFF) << 8 | data[offset + 1] & 0xFF;
    }

    /**
     * Begins before the first sample.
     *
     * @param chunkEncoding {@link ChunkEncoding#HISTOGRAM} or {@link ChunkEncoding#FLOAT_HISTOGRAM}, or one of those with
     *     start timestamps, which are passed over
     * @param data has {@link io.engram.model.read.ChunkBatch#SLACK} readable bytes behind the chunk; what they hold does
     *     not matter
     * @throws CorruptChunk where there is not even a header
     */
    public void reset(byte chunkEncoding, byte[] data, int offset, int length) {
        samples = sampleCount(data, offset, length);
        switch (chunkEncoding) {
            case ChunkEncoding.HISTOGRAM, ChunkEncoding.FLOAT_HISTOGRAM -> {
                encoding = chunkEncoding;
                header = data[offset + 2] & ResetHeader.MASK;
                starts = StartTimes.NONE;
            }
            case ChunkEncoding.HISTOGRAM_ST, ChunkEncoding.FLOAT_HISTOGRAM_ST -> {
                // The flags are above the count here, and have left their byte to the start timestamps.
                encoding = chunkEncoding == ChunkEncoding.HISTOGRAM_ST
                        ? ChunkEncoding.HISTOGRAM
                        : ChunkEncoding.FLOAT_HISTOGRAM;
                header = data[offset] & ResetHeader.MASK;
                samples &= 0x3FFF;
                starts = new StartTimes(data[offset + 2]);
            }
            default -> throw new IllegalArgumentException("encoding " + chunkEncoding + " is not one of histograms");
        }
        read = 0;
        in.reset(data, offset + HEADER_BYTES, length - HEADER_BYTES);
    }

    /**
     * Goes to the next sample.
     *
     * @return false behind the last one
     * @throws CorruptChunk where the chunk ends before, or is none
     */
    public boolean next() {
        if (read == samples) {
            return false;
        }
        if (read == 0) {
            readLayout();
            readFirst();
        } else if (isFloat()) {
            readFloat();
        } else {
            readInteger();
        }
        starts.skip(read, in);
        read++;
        return true;
    }

    /** Of the sample that {@link #next} went to. */
    public long timestampMs() {
        return timeMs;
    }

    /** Whether that sample says that the series has ended. */
    public boolean stale() {
        return isStale();
    }

    /** That sample, in arrays of its own. A stale marker has nothing but its sum. */
    public Histogram histogram() {
        ResetHint hint = header == ResetHeader.GAUGE
                ? ResetHint.GAUGE
                : read > 1
                        ? ResetHint.NOT_RESET
                        : ResetHint.UNKNOWN; // who knows whether the chunk before is still there
        Histogram h = toHistogram(hint);
        return h.schema() > Histogram.MAX_SCHEMA ? reduced(h) : h;
    }

    private static Histogram reduced(Histogram h) {
        try {
            return HistogramRules.admit(h);
        } catch (InvalidHistogram e) {
            throw new CorruptChunk("histogram chunk of schema " + h.schema() + ": " + e.getMessage());
        }
    }

    /** Bits that the samples so far take, header included. */
    long bitsRead() {
        return 8L * HEADER_BYTES + in.bitsRead();
    }

    private void readLayout() {
        zeroThreshold = in.readZeroThreshold();
        long number = in.readVarbit();
        if (number != Histogram.CUSTOM_SCHEMA && (number < -9 || number > 52)) {
            throw new CorruptChunk("histogram chunk has the unknown schema " + number);
        }
        schema = (int) number;
        positiveSpans = readSpans();
        negativeSpans = readSpans();
        bounds = schema == Histogram.CUSTOM_SCHEMA ? readBounds() : NO_BOUNDS;
        positive = newCounts(positiveSpans);
        negative = newCounts(negativeSpans);
        positiveTrend = trends(positive.length);
        negativeTrend = trends(negative.length);
    }

    /** Each span takes two bits at least, so what is left of the chunk bounds them. */
    private int[] readSpans() {
        long count = in.readUnsignedVarbit();
        if (count < 0 || count > in.bitsLeft() / 2) {
            throw new CorruptChunk("histogram chunk claims " + Long.toUnsignedString(count) + " spans");
        }
        int[] spans = count == 0 ? NO_SPANS : new int[2 * (int) count];
        for (int i = 0; i < spans.length; i += 2) {
            spans[i + 1] = (int) in.readUnsignedVarbit();
            spans[i] = (int) in.readVarbit();
        }
        return spans;
    }

    private double[] readBounds() {
        long count = in.readUnsignedVarbit();
        if (count < 0 || count > in.bitsLeft() / 5) {
            throw new CorruptChunk("histogram chunk claims " + Long.toUnsignedString(count) + " bounds");
        }
        double[] read = new double[(int) count];
        for (int i = 0; i < read.length; i++) {
            read[i] = in.readBound();
        }
        return read;
    }

    /** Each bucket takes a bit at least, or 64 where it is a float. */
    private long[] newCounts(int[] spans) {
        long count = BucketIndexes.count(spans);
        if (count > MOST_BUCKETS || count * (isFloat() ? 64 : 1) > in.bitsLeft()) {
            throw new CorruptChunk("histogram chunk claims " + count + " buckets");
        }
        return count == 0 ? NO_COUNTS : new long[(int) count];
    }

    private long[] trends(int length) {
        long[] trends = length == 0 ? NO_COUNTS : new long[length];
        Arrays.fill(trends, isFloat() ? BitWriter.NO_WINDOW : 0);
        return trends;
    }

    private void readFirst() {
        timeMs = in.readVarbit();
        stepMs = 0;
        count = isFloat() ? in.read(64) : in.readUnsignedVarbit();
        zeroCount = isFloat() ? in.read(64) : in.readUnsignedVarbit();
        countTrend = isFloat() ? BitWriter.NO_WINDOW : 0;
        zeroTrend = countTrend;
        sumBits = in.read(64);
        sumWindow = BitWriter.NO_WINDOW;
        readFirst(positive);
        readFirst(negative);
    }

    private void readFirst(long[] buckets) {
        long last = 0;
        for (int i = 0; i < buckets.length; i++) {
            last = isFloat() ? in.read(64) : last + in.readVarbit();
            buckets[i] = last;
        }
    }

    private void readInteger() {
        stepMs += in.readVarbit();
        timeMs += stepMs;
        countTrend += in.readVarbit();
        count += countTrend;
        zeroTrend += in.readVarbit();
        zeroCount += zeroTrend;
        readSum();
        if (!isStale()) {
            readIntegers(positive, positiveTrend);
            readIntegers(negative, negativeTrend);
        }
    }

    private void readSum() {
        in.window = sumWindow;
        sumBits = in.readXor(sumBits);
        sumWindow = in.window;
    }

    /** What is stored is how the change from a bucket to its neighbour changes, and that against the time before. */
    private void readIntegers(long[] buckets, long[] trends) {
        long before = 0; // the neighbour's count in the last sample
        long now = 0;
        for (int i = 0; i < buckets.length; i++) {
            trends[i] += in.readVarbit();
            now += buckets[i] - before + trends[i];
            before = buckets[i];
            buckets[i] = now;
        }
    }

    private void readFloat() {
        stepMs += in.readVarbit();
        timeMs += stepMs;
        in.window = countTrend;
        count = in.readXor(count);
        countTrend = in.window;
        in.window = zeroTrend;
        zeroCount = in.readXor(zeroCount);
        zeroTrend = in.window;
        readSum();
        if (!isStale()) {
            readFloats(positive, positiveTrend);
            readFloats(negative, negativeTrend);
        }
    }

    private void readFloats(long[] buckets, long[] windows) {
        for (int i = 0; i < buckets.length; i++) {
            in.window = windows[i];
            buckets[i] = in.readXor(buckets[i]);
            windows[i] = in.window;
        }
    }
}
