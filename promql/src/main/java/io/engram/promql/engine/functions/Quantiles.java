package io.engram.promql.engine.functions;

import java.util.Arrays;

/** Quantiles of values. */
public final class Quantiles {
    private Quantiles() {}

    /**
     * The quantile of the first {@code n} values, between two of them in proportion. NaN is lower than all.
     *
     * @param q below 0 gives −Inf, above 1 +Inf, NaN gives NaN
     * @param values sorted by this call
     */
    public static double of(double q, double[] values, int n) {
        if (n == 0 || Double.isNaN(q)) {
            return Double.NaN;
        }
        if (q < 0) {
            return Double.NEGATIVE_INFINITY;
        }
        if (q > 1) {
            return Double.POSITIVE_INFINITY;
        }
        Arrays.sort(values, 0, n);
        // Java sorts NaN behind all others, PromQL before.
        int nans = 0;
        while (nans < n && Double.isNaN(values[n - 1 - nans])) {
            nans++;
        }
        double rank = q * (n - 1);
        int lower = (int) Math.max(0, Math.floor(rank));
        int upper = Math.min(n - 1, lower + 1);
        double weight = rank - Math.floor(rank);
        return at(values, n, nans, lower) * (1 - weight) + at(values, n, nans, upper) * weight;
    }

    private static double at(double[] sorted, int n, int nans, int index) {
        return index < nans ? Double.NaN : sorted[index - nans];
    }
}
