package io.engram.model.histogram;

/**
 * One native histogram sample's value. Immutable by convention: nobody changes the arrays of one that was handed over.
 *
 * @param schema -4 to 8: buckets grow by 2^(2^-schema); {@link #CUSTOM_SCHEMA}: bounds are {@code customBounds}
 * @param zeroThreshold observations up to this distance from zero are in the zero bucket
 * @param sum of all observations; the stale marker's bits make the whole sample a stale marker
 * @param positiveSpans pairs of offset and length: which buckets {@link Counts} has; the first offset counts from bucket
 *     0, further ones from the end of the span before
 * @param customBounds upper bounds for {@link #CUSTOM_SCHEMA}, ascending, without +Inf; empty otherwise
 */
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

    /** Observations per bucket, absolute, and in all. */
    public sealed interface Counts {}

    /** Counts of an integer histogram; all unsigned. */
    public record IntegerCounts(long count, long zeroCount, long[] positive, long[] negative) implements Counts {}

    /** Counts of a float histogram. */
    public record FloatCounts(double count, double zeroCount, double[] positive, double[] negative) implements Counts {}

    public boolean isFloat() {
        return counts instanceof FloatCounts;
    }
}
