package io.engram.model.histogram;

import io.engram.model.StaleMarker;

/**
 * One native histogram sample's value. Immutable by convention: nobody changes the arrays of one that was handed over.
 *
 * @param schema -4 to 8: buckets grow by 2^(2^-schema); {@link #CUSTOM_SCHEMA}: bounds are {@code customBounds}
 * @param zeroThreshold observations up to this distance from zero are in the zero bucket
 * @param sum of all observations; the stale marker's bits make the whole sample a stale marker
 * @param positiveSpans pairs of offset and length (unsigned): which buckets {@link Counts} has; the first offset counts
 *     from bucket 0, further ones from the end of the span before
 * @param customBounds upper bounds for {@link #CUSTOM_SCHEMA}, ascending, without +Inf; empty otherwise
 */
@SuppressWarnings("ArrayRecordComponent") // compared by sameAs, which knows what makes two histograms equal
public record Histogram(
        ResetHint resetHint,
        int schema,
        double zeroThreshold,
        double sum,
        Counts counts,
        int[] positiveSpans,
        int[] negativeSpans,
        double[] customBounds) {

    /** The schema of histograms with custom bounds (NHCB). */
    public static final int CUSTOM_SCHEMA = -53;
    /** The coarsest schema: each bucket is 65,536 times as wide as the one before. */
    public static final int MIN_SCHEMA = -4;
    /** The finest schema that is stored; finer ones are reduced to it. */
    public static final int MAX_SCHEMA = 8;

    /** Observations per bucket, absolute, and in all. */
    public sealed interface Counts {}

    /** Counts of an integer histogram; {@code count} and {@code zeroCount} are unsigned. */
    @SuppressWarnings("ArrayRecordComponent")
    public record IntegerCounts(long count, long zeroCount, long[] positive, long[] negative) implements Counts {}

    /** Counts of a float histogram. */
    @SuppressWarnings("ArrayRecordComponent")
    public record FloatCounts(double count, double zeroCount, double[] positive, double[] negative) implements Counts {}

    public boolean isFloat() {
        return counts instanceof FloatCounts;
    }

    /** Whether it only says that its series has ended; nothing but the sum means anything then. */
    public boolean isStale() {
        return StaleMarker.is(sum);
    }

    /** Buckets, the zero bucket not counted. */
    public int bucketCount() {
        return switch (counts) {
            case IntegerCounts c -> c.positive.length + c.negative.length;
            case FloatCounts c -> c.positive.length + c.negative.length;
        };
    }

    /**
     * Whether both say the same: a retry of one that is stored. Buckets without observations do not count, because
     * storing may add some; nor do reset hints. Floats are compared by their bits, and all stale markers of the same kind
     * are equal.
     */
    public boolean sameAs(Histogram other) {
        return HistogramEquality.same(this, other);
    }
}
