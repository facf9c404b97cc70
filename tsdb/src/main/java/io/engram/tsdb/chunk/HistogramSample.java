package io.engram.tsdb.chunk;

import io.engram.model.StaleMarker;
import io.engram.model.histogram.BucketIndexes;
import io.engram.model.histogram.Histogram;
import io.engram.model.histogram.Histogram.FloatCounts;
import io.engram.model.histogram.Histogram.IntegerCounts;
import java.util.Arrays;

/** A histogram on its way into a chunk, counts of floats as bits. Its arrays may be the sender's: nobody writes to them. */
final class HistogramSample {
    byte encoding;
    int schema;
    double zeroThreshold;
    long sumBits;
    long count;
    long zeroCount;
    int[] positiveSpans;
    int[] negativeSpans;
    long[] positive;
    long[] negative;
    double[] bounds;

    void load(Histogram h) {
        encoding = HistogramState.encodingOf(h);
        schema = h.schema();
        zeroThreshold = h.zeroThreshold();
        sumBits = Double.doubleToRawLongBits(h.sum());
        positiveSpans = h.positiveSpans();
        negativeSpans = h.negativeSpans();
        bounds = h.customBounds();
        switch (h.counts()) {
            case IntegerCounts c -> {
                count = c.count();
                zeroCount = c.zeroCount();
                positive = c.positive();
                negative = c.negative();
            }
            case FloatCounts c -> {
                count = Double.doubleToRawLongBits(c.count());
                zeroCount = Double.doubleToRawLongBits(c.zeroCount());
                positive = bits(c.positive());
                negative = bits(c.negative());
            }
        }
        if (BucketIndexes.count(positiveSpans) != positive.length
                || BucketIndexes.count(negativeSpans) != negative.length) {
            throw new IllegalArgumentException("spans of a histogram do not name its buckets");
        }
    }

    private static long[] bits(double[] values) {
        long[] bits = new long[values.length];
        Arrays.setAll(bits, i -> Double.doubleToRawLongBits(values[i]));
        return bits;
    }

    /** The decoder's sample with the layout of {@code as}, zeros where it had no buckets. */
    void loadExpanded(HistogramDecoder from, HistogramSample as, BucketUnion positiveUnion, BucketUnion negativeUnion) {
        moveFrom(as);
        sumBits = from.sumBits;
        count = from.count;
        zeroCount = from.zeroCount;
        positive = positiveUnion.expandChunk(from.positive);
        negative = negativeUnion.expandChunk(from.negative);
    }

    HistogramSample copy() {
        HistogramSample copy = new HistogramSample();
        copy.moveFrom(this);
        return copy;
    }

    void moveFrom(HistogramSample other) {
        encoding = other.encoding;
        schema = other.schema;
        zeroThreshold = other.zeroThreshold;
        sumBits = other.sumBits;
        count = other.count;
        zeroCount = other.zeroCount;
        positiveSpans = other.positiveSpans;
        negativeSpans = other.negativeSpans;
        positive = other.positive;
        negative = other.negative;
        bounds = other.bounds;
    }

    boolean stale() {
        return StaleMarker.is(sumBits);
    }

    /** Leaves nothing but the sum. */
    void empty() {
        schema = 0;
        zeroThreshold = 0;
        count = 0;
        zeroCount = 0;
        positiveSpans = HistogramState.NO_SPANS;
        negativeSpans = HistogramState.NO_SPANS;
        positive = HistogramState.NO_COUNTS;
        negative = HistogramState.NO_COUNTS;
        bounds = HistogramState.NO_BOUNDS;
    }
}
