package io.engram.model.histogram;

import static io.engram.model.histogram.Histogram.CUSTOM_SCHEMA;
import static io.engram.model.histogram.Histogram.MAX_SCHEMA;
import static io.engram.model.histogram.Histogram.MIN_SCHEMA;

import io.engram.model.histogram.Histogram.Counts;
import io.engram.model.histogram.Histogram.FloatCounts;
import io.engram.model.histogram.Histogram.IntegerCounts;
import io.engram.model.text.GoFloat;
import java.util.Locale;

/**
 * Says whether a histogram is in itself consistent, by the rules and in the words of Prometheus, in its order.
 *
 * @see <a href="https://github.com/prometheus/prometheus/blob/main/model/histogram/histogram.go">Histogram.Validate</a>
 */
final class HistogramCheck {
    private static final String NEGATIVE_OFFSET = "histogram has a span whose offset is negative";
    private static final String OUT_OF_RANGE = "histogram has a span whose bucket index is out of range";

    private HistogramCheck() {}

    static void check(Histogram h) throws InvalidHistogram {
        if (h.schema() == CUSTOM_SCHEMA) {
            checkCustom(h);
        } else if (h.schema() >= MIN_SCHEMA && h.schema() <= MAX_SCHEMA) {
            checkSpans(h);
            checkBuckets(h.counts(), false);
            if (h.counts() instanceof FloatCounts c && c.zeroCount() < 0) {
                throw new InvalidHistogram("zero bucket has observation count of " + GoFloat.general(c.zeroCount())
                        + ": histogram has a bucket whose observation count is negative");
            }
            if (h.customBounds().length > 0) {
                throw new InvalidHistogram("histogram with exponential schema must not have custom bounds");
            }
        } else {
            throw new InvalidHistogram("histogram has an invalid schema, which must be between " + MIN_SCHEMA + " and "
                    + MAX_SCHEMA + " for exponential buckets, or " + CUSTOM_SCHEMA + " for custom buckets, got schema "
                    + h.schema());
        }
        if (h.counts() instanceof FloatCounts c && c.count() < 0) {
            throw new InvalidHistogram("observation count is  " + GoFloat.general(c.count())
                    + ": histogram's observation count is negative");
        }
        checkBuckets(h.counts(), true);
        if (h.counts() instanceof IntegerCounts c) {
            checkTotal(c, Double.isNaN(h.sum()));
        }
    }

    /** Whether the spans name as many buckets as there are, on both sides, within the range of indexes. */
    static void checkSpans(Histogram h) throws InvalidHistogram {
        checkSpans("positive side: ", h.positiveSpans(), bucketCount(h.counts(), true));
        checkSpans("negative side: ", h.negativeSpans(), bucketCount(h.counts(), false));
    }

    private static void checkSpans(String side, int[] spans, int buckets) throws InvalidHistogram {
        long end = 0;
        for (int i = 0; i < spans.length; i += 2) {
            String which = side + "span number " + (i / 2 + 1);
            if (i > 0 && spans[i] < 0) {
                throw new InvalidHistogram(which + " with offset " + spans[i] + ": " + NEGATIVE_OFFSET);
            } else if (i == 0 && spans[i] == Integer.MIN_VALUE) {
                throw new InvalidHistogram(which + " starts at bucket index " + spans[i] + ": " + OUT_OF_RANGE);
            }
            end += spans[i] + Integer.toUnsignedLong(spans[i + 1]);
            if (end - 1 > Integer.MAX_VALUE) {
                throw new InvalidHistogram(which + " ends at bucket index " + (end - 1) + ": " + OUT_OF_RANGE);
            }
        }
        checkBucketCount(side, BucketIndexes.count(spans), buckets);
    }

    private static void checkBucketCount(String where, long named, int buckets) throws InvalidHistogram {
        if (named != buckets) {
            throw new InvalidHistogram(where + "spans need " + named + " buckets, have " + buckets
                    + " buckets: histogram spans specify different number of buckets than provided");
        }
    }

    private static void checkCustom(Histogram h) throws InvalidHistogram {
        checkBounds(h.customBounds());
        long end = 0;
        int[] spans = h.positiveSpans();
        for (int i = 0; i < spans.length; i += 2) {
            if (spans[i] < 0) {
                throw new InvalidHistogram("custom buckets: span number " + (i / 2 + 1) + " with offset " + spans[i]
                        + ": " + NEGATIVE_OFFSET);
            }
            end += spans[i] + Integer.toUnsignedLong(spans[i + 1]);
        }
        checkBucketCount("custom buckets: ", BucketIndexes.count(spans), bucketCount(h.counts(), true));
        if (h.customBounds().length + 1 < end) {
            throw new InvalidHistogram("custom buckets: only " + h.customBounds().length
                    + " custom bounds defined which is insufficient to cover total span length of " + end
                    + ": histogram custom bounds are too few");
        }
        boolean zeros =
                switch (h.counts()) {
                    case IntegerCounts c -> c.zeroCount() != 0;
                    case FloatCounts c -> c.zeroCount() != 0;
                };
        if (zeros) {
            throw new InvalidHistogram("custom buckets: must have zero count of 0");
        }
        if (h.zeroThreshold() != 0) {
            throw new InvalidHistogram("custom buckets: must have zero threshold of 0");
        }
        if (h.negativeSpans().length > 0) {
            throw new InvalidHistogram("custom buckets: must not have negative spans");
        }
        if (bucketCount(h.counts(), false) > 0) {
            throw new InvalidHistogram("custom buckets: must not have negative buckets");
        }
    }

    private static void checkBounds(double[] bounds) throws InvalidHistogram {
        double previous = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < bounds.length; i++) {
            if (Double.isNaN(bounds[i])) {
                throw new InvalidHistogram("custom buckets: histogram custom bounds must not be NaN");
            }
            if (i > 0 && bounds[i] <= previous) {
                throw new InvalidHistogram("custom buckets: previous bound is " + sixPlaces(previous)
                        + " and current is " + sixPlaces(bounds[i])
                        + ": histogram custom bounds must be in strictly increasing order");
            }
            previous = bounds[i];
        }
        if (previous == Double.POSITIVE_INFINITY) {
            throw new InvalidHistogram("custom buckets: last +Inf bound must not be explicitly defined:"
                    + " histogram custom bounds must be finite");
        }
    }

    /** Go's {@code %f}. */
    private static String sixPlaces(double value) {
        return Double.isInfinite(value) ? GoFloat.general(value) : String.format(Locale.ROOT, "%.6f", value);
    }

    private static void checkBuckets(Counts counts, boolean positive) throws InvalidHistogram {
        switch (counts) {
            case IntegerCounts c -> {
                long[] buckets = positive ? c.positive() : c.negative();
                for (int i = 0; i < buckets.length; i++) {
                    if (buckets[i] < 0) {
                        throw negativeBucket(positive, i, Long.toString(buckets[i]));
                    }
                }
            }
            case FloatCounts c -> {
                double[] buckets = positive ? c.positive() : c.negative();
                for (int i = 0; i < buckets.length; i++) {
                    if (buckets[i] < 0) {
                        throw negativeBucket(positive, i, GoFloat.general(buckets[i]));
                    }
                }
            }
        }
    }

    private static InvalidHistogram negativeBucket(boolean positive, int i, String count) {
        return new InvalidHistogram(
                (positive ? "positive" : "negative") + " side: bucket number " + (i + 1) + " has observation count of "
                        + count + ": histogram has a bucket whose observation count is negative");
    }

    /** Observations that are not numbers are in no bucket: then, and only then, the sum is none either. */
    private static void checkTotal(IntegerCounts c, boolean someAreNaN) throws InvalidHistogram {
        long inBuckets = c.zeroCount();
        for (long bucket : c.negative()) {
            inBuckets += bucket;
        }
        for (long bucket : c.positive()) {
            inBuckets += bucket;
        }
        if (someAreNaN ? Long.compareUnsigned(inBuckets, c.count()) > 0 : inBuckets != c.count()) {
            throw new InvalidHistogram(Long.toUnsignedString(inBuckets)
                    + " observations found in buckets, but the Count field is "
                    + Long.toUnsignedString(c.count()) + ": histogram's observation count should "
                    + (someAreNaN
                            ? "be at least the number of observations found in the buckets"
                            : "equal the number of observations found in the buckets (in absence of NaN)"));
        }
    }

    private static int bucketCount(Counts counts, boolean positive) {
        return switch (counts) {
            case IntegerCounts c -> positive ? c.positive().length : c.negative().length;
            case FloatCounts c -> positive ? c.positive().length : c.negative().length;
        };
    }
}
