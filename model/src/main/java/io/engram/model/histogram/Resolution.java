package io.engram.model.histogram;

import io.engram.model.histogram.Histogram.Counts;
import io.engram.model.histogram.Histogram.FloatCounts;
import io.engram.model.histogram.Histogram.IntegerCounts;
import java.util.Arrays;

/**
 * Makes exponential histograms coarser. One schema less joins buckets 2i - 1 and 2i to bucket i; count, sum and the zero
 * bucket stay as they are.
 */
final class Resolution {
    private Resolution() {}

    /**
     * The same observations in the buckets of a coarser schema.
     *
     * @param schema below that of {@code h}, which has no custom bounds
     * @throws InvalidHistogram where the spans are invalid, or a joined bucket counts beyond 2⁶³
     */
    static Histogram reduce(Histogram h, int schema) throws InvalidHistogram {
        HistogramCheck.checkSpans(h);
        int shift = h.schema() - schema;
        Counts counts =
                switch (h.counts()) {
                    case IntegerCounts c ->
                        new IntegerCounts(
                                c.count(),
                                c.zeroCount(),
                                join(h.positiveSpans(), c.positive(), shift),
                                join(h.negativeSpans(), c.negative(), shift));
                    case FloatCounts c ->
                        new FloatCounts(
                                c.count(),
                                c.zeroCount(),
                                join(h.positiveSpans(), c.positive(), shift),
                                join(h.negativeSpans(), c.negative(), shift));
                };
        return new Histogram(
                h.resetHint(),
                schema,
                h.zeroThreshold(),
                h.sum(),
                counts,
                join(h.positiveSpans(), shift),
                join(h.negativeSpans(), shift),
                h.customBounds());
    }

    private static long target(long index, int shift) {
        return ((index - 1) >> shift) + 1;
    }

    private static int[] join(int[] spans, int shift) {
        Spans joined = new Spans();
        BucketIndexes indexes = new BucketIndexes(spans);
        long last = Long.MIN_VALUE;
        while (indexes.next()) {
            long target = target(indexes.index(), shift);
            if (target != last) {
                joined.add(target);
                last = target;
            }
        }
        return joined.toArray();
    }

    private static long[] join(int[] spans, long[] counts, int shift) throws InvalidHistogram {
        long[] joined = new long[counts.length];
        BucketIndexes indexes = new BucketIndexes(spans);
        long last = Long.MIN_VALUE;
        int n = 0;
        for (long count : counts) {
            indexes.next();
            long target = target(indexes.index(), shift);
            if (target == last) {
                joined[n - 1] += count;
                if (joined[n - 1] < 0 && count >= 0) {
                    throw new InvalidHistogram("a joined bucket counts more than " + Long.MAX_VALUE + " observations");
                }
            } else {
                joined[n++] = count;
                last = target;
            }
        }
        return Arrays.copyOf(joined, n);
    }

    private static double[] join(int[] spans, double[] counts, int shift) {
        double[] joined = new double[counts.length];
        BucketIndexes indexes = new BucketIndexes(spans);
        long last = Long.MIN_VALUE;
        int n = 0;
        for (double count : counts) {
            indexes.next();
            long target = target(indexes.index(), shift);
            if (target == last) {
                joined[n - 1] += count;
            } else {
                joined[n++] = count;
                last = target;
            }
        }
        return Arrays.copyOf(joined, n);
    }
}
