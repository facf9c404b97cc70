package io.engram.promql.engine.functions;

import java.util.Arrays;

/**
 * A classic histogram at one time: cumulative counts by upper bound. Follows Prometheus' {@code promql/quantile.go}.
 * Fill with {@link #clear} and {@link #add}, then ask. Used by one thread.
 */
public final class ClassicHistogram {
    /** Differences smaller than this part of both counts are rounding, not a fall. */
    private static final double TOLERANCE = 1e-12;

    private double[] bound = new double[16];
    private double[] count = new double[16];
    private int size;
    private boolean prepared;

    /** Whether the last {@link #quantile} had to lift a count that fell; the bounds and the size of what it lifted. */
    public boolean forced;

    public double forcedFrom;
    public double forcedTo;
    public double forcedBy;

    public void clear() {
        size = 0;
        prepared = false;
        forced = false;
        forcedFrom = Double.POSITIVE_INFINITY;
        forcedTo = Double.NEGATIVE_INFINITY;
        forcedBy = 0;
    }

    public boolean isEmpty() {
        return size == 0;
    }

    public void add(double upperBound, double cumulativeCount) {
        if (size == bound.length) {
            bound = Arrays.copyOf(bound, 2 * size);
            count = Arrays.copyOf(count, 2 * size);
        }
        int i = size++;
        while (i > 0 && bound[i - 1] > upperBound) {
            bound[i] = bound[i - 1];
            count[i] = count[i - 1];
            i--;
        }
        bound[i] = upperBound;
        count[i] = cumulativeCount;
    }

    public double quantile(double q) {
        if (Double.isNaN(q)) {
            return Double.NaN;
        }
        if (q < 0) {
            return Double.NEGATIVE_INFINITY;
        }
        if (q > 1) {
            return Double.POSITIVE_INFINITY;
        }
        if (bound[size - 1] != Double.POSITIVE_INFINITY) {
            return Double.NaN;
        }
        if (!prepared) {
            mergeEqualBounds();
            makeMonotonic();
            prepared = true;
        }
        if (size < 2 || count[size - 1] == 0) {
            return Double.NaN;
        }
        double rank = q * count[size - 1];
        int b = 0;
        while (b < size - 1 && !(count[b] >= rank)) {
            b++;
        }
        if (b == size - 1) {
            return bound[size - 2];
        }
        if (b == 0) {
            return bound[0] <= 0 ? bound[0] : bound[0] * (rank / count[0]);
        }
        return bound[b - 1] + (bound[b] - bound[b - 1]) * ((rank - count[b - 1]) / (count[b] - count[b - 1]));
    }

    /** The share of observations between the two; which of them is included does not matter where counts are interpolated. */
    public double fraction(double lower, double upper) {
        if (bound[size - 1] != Double.POSITIVE_INFINITY) {
            return Double.NaN;
        }
        mergeEqualBounds();
        double total = count[size - 1];
        if (total == 0 || Double.isNaN(lower) || Double.isNaN(upper)) {
            return Double.NaN;
        }
        if (lower >= upper) {
            return 0;
        }
        double lowerRank = rankOf(lower);
        double upperRank = rankOf(upper);
        return (Math.min(upperRank, total) - Math.min(lowerRank, total)) / total;
    }

    /** How many observations lie below {@code x}. */
    private double rankOf(double x) {
        double rank = 0;
        double from = bound[0] <= 0 ? Double.NEGATIVE_INFINITY : 0;
        for (int i = 0; i < size; i++) {
            if (i > 0) {
                from = bound[i - 1];
            }
            if (from >= x) {
                return rank;
            }
            if (bound[i] > x) {
                return from == Double.NEGATIVE_INFINITY
                        ? count[i]
                        : rank + (count[i] - rank) * (x - from) / (bound[i] - from);
            }
            rank = count[i];
        }
        return count[size - 1];
    }

    private void mergeEqualBounds() {
        int last = 0;
        for (int i = 1; i < size; i++) {
            if (bound[i] == bound[last]) {
                count[last] += count[i];
            } else {
                last++;
                bound[last] = bound[i];
                count[last] = count[i];
            }
        }
        size = last + 1;
    }

    private void makeMonotonic() {
        double before = count[0];
        for (int i = 1; i < size; i++) {
            double current = count[i];
            if (current == before) {
                continue;
            }
            if (nearlyEqual(before, current)) {
                count[i] = before;
            } else if (current < before) {
                forced = true;
                forcedFrom = Math.min(forcedFrom, bound[i]);
                forcedTo = Math.max(forcedTo, bound[i]);
                forcedBy = Math.max(forcedBy, before - current);
                count[i] = before;
            } else {
                before = current;
            }
        }
    }

    private static boolean nearlyEqual(double a, double b) {
        double sum = Math.abs(a) + Math.abs(b);
        double difference = Math.abs(a - b);
        if (a == 0 || b == 0 || sum < Double.MIN_NORMAL) {
            return difference < TOLERANCE * Double.MIN_NORMAL;
        }
        return difference / Math.min(sum, Double.MAX_VALUE) < TOLERANCE;
    }
}
