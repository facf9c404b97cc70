package io.engram.tsdb.chunk;

import io.engram.model.StaleMarker;
import io.engram.model.histogram.Histogram;
import io.engram.model.histogram.ResetHint;
import io.engram.model.read.ChunkEncoding;
import java.util.Arrays;

/**
 * Where a histogram chunk stands after a sample: its layout, that sample, and what the next one is told apart from. Counts
 * of float histograms are held as the bits of their doubles.
 */
abstract class HistogramState {
    /** Sample count (2 bytes), flags (1 byte). */
    static final int HEADER_BYTES = 3;

    static final int[] NO_SPANS = {};
    static final long[] NO_COUNTS = {};
    static final double[] NO_BOUNDS = {};

    byte encoding;
    int header;
    int samples;

    int schema;
    double zeroThreshold;
    int[] positiveSpans = NO_SPANS;
    int[] negativeSpans = NO_SPANS;
    double[] bounds = NO_BOUNDS;

    long timeMs;
    long stepMs;
    long sumBits;
    long sumWindow;
    long count;
    long zeroCount;
    long[] positive = NO_COUNTS;
    long[] negative = NO_COUNTS;

    /** Of {@link #count}, {@link #zeroCount} and each bucket: the last change (integers) or the bit window (floats). */
    long countTrend;

    long zeroTrend;
    long[] positiveTrend = NO_COUNTS;
    long[] negativeTrend = NO_COUNTS;

    final boolean isFloat() {
        return encoding == ChunkEncoding.FLOAT_HISTOGRAM;
    }

    final boolean isStale() {
        return StaleMarker.is(sumBits);
    }

    static byte encodingOf(Histogram h) {
        return h.isFloat() ? ChunkEncoding.FLOAT_HISTOGRAM : ChunkEncoding.HISTOGRAM;
    }

    /** The last sample, in arrays of its own. A stale marker has nothing but its sum. */
    final Histogram toHistogram(ResetHint hint) {
        double sum = Double.longBitsToDouble(sumBits);
        if (isStale()) {
            return new Histogram(
                    ResetHint.UNKNOWN, 0, 0, sum, counts(0, 0, NO_COUNTS, NO_COUNTS), NO_SPANS, NO_SPANS, NO_BOUNDS);
        }
        return new Histogram(
                hint,
                schema,
                zeroThreshold,
                sum,
                counts(count, zeroCount, positive.clone(), negative.clone()),
                positiveSpans.clone(),
                negativeSpans.clone(),
                bounds);
    }

    private Histogram.Counts counts(long all, long zero, long[] above, long[] below) {
        return isFloat()
                ? new Histogram.FloatCounts(
                        Double.longBitsToDouble(all), Double.longBitsToDouble(zero), doubles(above), doubles(below))
                : new Histogram.IntegerCounts(all, zero, above, below);
    }

    private static double[] doubles(long[] bits) {
        double[] values = new double[bits.length];
        Arrays.setAll(values, i -> Double.longBitsToDouble(bits[i]));
        return values;
    }

    /** Takes over the state of {@code other}, its arrays too. */
    final void moveFrom(HistogramState other) {
        encoding = other.encoding;
        header = other.header;
        samples = other.samples;
        schema = other.schema;
        zeroThreshold = other.zeroThreshold;
        positiveSpans = other.positiveSpans;
        negativeSpans = other.negativeSpans;
        bounds = other.bounds;
        timeMs = other.timeMs;
        stepMs = other.stepMs;
        sumBits = other.sumBits;
        sumWindow = other.sumWindow;
        count = other.count;
        zeroCount = other.zeroCount;
        positive = other.positive;
        negative = other.negative;
        countTrend = other.countTrend;
        zeroTrend = other.zeroTrend;
        positiveTrend = other.positiveTrend;
        negativeTrend = other.negativeTrend;
    }
}
