package io.engram.promql.engine.functions;

/**
 * Kahan's summation as Neumaier improved it: {@code sum + compensation} is right to the last digit or two, whatever
 * the order. The error of each addition is found without a branch (Knuth's TwoSum), so that loops of it vectorise.
 */
final class CompensatedSum {
    private CompensatedSum() {}

    /** What {@code sum + x} lost; NaN where the sum is infinite, which {@link #total} knows. */
    static double lost(double sum, double x, double next) {
        double part = next - sum;
        return (sum - (next - part)) + (x - part);
    }

    static double total(double sum, double compensation) {
        return Double.isInfinite(sum) || Double.isNaN(sum) ? sum : sum + compensation;
    }

    /**
     * The mean from sums that may have overflowed.
     *
     * @param scaled the plain sum of the values times {@link #SCALE}, used where {@code sum} is not finite
     */
    static double mean(double sum, double compensation, double scaled, double count) {
        if (Double.isInfinite(sum) || Double.isNaN(sum)) {
            return scaled / count / SCALE;
        }
        return sum / count + compensation / count;
    }

    /** Small enough that no sum of scaled values overflows, a power of two so that scaling is exact. */
    static final double SCALE = 0x1p-64;
}
