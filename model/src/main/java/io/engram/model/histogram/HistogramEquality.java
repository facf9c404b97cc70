package io.engram.model.histogram;

import io.engram.model.histogram.Histogram.FloatCounts;
import io.engram.model.histogram.Histogram.IntegerCounts;
import java.util.Arrays;

/** What makes two histograms the same sample. */
final class HistogramEquality {
    private HistogramEquality() {}

    static boolean same(Histogram a, Histogram b) {
        if (a.isFloat() != b.isFloat() || bits(a.sum()) != bits(b.sum())) {
            return false;
        }
        if (a.isStale()) {
            return true;
        }
        return a.schema() == b.schema()
                && a.zeroThreshold() == b.zeroThreshold()
                && (a.schema() != Histogram.CUSTOM_SCHEMA || Arrays.equals(a.customBounds(), b.customBounds()))
                && sameCounts(a, b);
    }

    private static boolean sameCounts(Histogram a, Histogram b) {
        return switch (a.counts()) {
            case IntegerCounts c
            when b.counts() instanceof IntegerCounts d ->
                c.count() == d.count()
                        && c.zeroCount() == d.zeroCount()
                        && sameBuckets(a.positiveSpans(), c.positive(), b.positiveSpans(), d.positive())
                        && sameBuckets(a.negativeSpans(), c.negative(), b.negativeSpans(), d.negative());
            case FloatCounts c
            when b.counts() instanceof FloatCounts d ->
                bits(c.count()) == bits(d.count())
                        && bits(c.zeroCount()) == bits(d.zeroCount())
                        && sameBuckets(a.positiveSpans(), bits(c.positive()), b.positiveSpans(), bits(d.positive()))
                        && sameBuckets(a.negativeSpans(), bits(c.negative()), b.negativeSpans(), bits(d.negative()));
            case IntegerCounts _, FloatCounts _ -> false;
        };
    }

    /** A count of zero has no bits set, be it a long or a double. */
    private static boolean sameBuckets(int[] spansA, long[] a, int[] spansB, long[] b) {
        BucketIndexes indexesA = new BucketIndexes(spansA);
        BucketIndexes indexesB = new BucketIndexes(spansB);
        int i = nextUsed(indexesA, a, -1);
        int j = nextUsed(indexesB, b, -1);
        while (i < a.length && j < b.length) {
            if (indexesA.index() != indexesB.index() || a[i] != b[j]) {
                return false;
            }
            i = nextUsed(indexesA, a, i);
            j = nextUsed(indexesB, b, j);
        }
        return i == a.length && j == b.length;
    }

    private static int nextUsed(BucketIndexes indexes, long[] counts, int last) {
        int i = last + 1;
        while (i < counts.length && indexes.next() && counts[i] == 0) {
            i++;
        }
        return i;
    }

    private static long bits(double value) {
        return Double.doubleToRawLongBits(value);
    }

    private static long[] bits(double[] values) {
        long[] bits = new long[values.length];
        Arrays.setAll(bits, i -> bits(values[i]));
        return bits;
    }
}
