package io.engram.promql.engine.functions;

import io.engram.promql.storage.SampleColumns;
import java.util.Arrays;

/** Range functions that look at each window by itself. */
public final class OverTime {
    private OverTime() {}

    /** A function of a window's samples alone. */
    @FunctionalInterface
    private interface OfWindow {
        double at(long[] t, double[] v, int from, int to);
    }

    private static WindowFunction of(OfWindow function) {
        return new WindowFunction() {
            @Override
            protected double at(SampleColumns in, int from, int to, long endMs, Windows windows, int step) {
                return function.at(in.timestampMs, in.value, from, to);
            }
        };
    }

    public static RangeFunction count() {
        return of((t, v, from, to) -> to - from);
    }

    public static RangeFunction present() {
        return of((t, v, from, to) -> 1);
    }

    public static RangeFunction last() {
        return of((t, v, from, to) -> v[to - 1]);
    }

    public static RangeFunction first() {
        return of((t, v, from, to) -> v[from]);
    }

    public static RangeFunction timeOfLast() {
        return of((t, v, from, to) -> t[to - 1] / 1000.0);
    }

    public static RangeFunction timeOfFirst() {
        return of((t, v, from, to) -> t[from] / 1000.0);
    }

    /** The time of the highest, or lowest, value; of equals the last. */
    public static RangeFunction timeOfExtreme(boolean max) {
        return of((t, v, from, to) -> {
            int best = from;
            for (int i = from; i < to; i++) {
                if (Double.isNaN(v[best]) || (max ? v[i] >= v[best] : v[i] <= v[best])) {
                    best = i;
                }
            }
            return t[best] / 1000.0;
        });
    }

    /** Welford's variance with compensated mean and squares. */
    public static RangeFunction variance(boolean squareRoot) {
        return of((t, v, from, to) -> {
            double mean = 0;
            double meanLost = 0;
            double squares = 0;
            double squaresLost = 0;
            for (int i = from; i < to; i++) {
                double delta = v[i] - (mean + meanLost);
                double share = delta / (i - from + 1);
                double nextMean = mean + share;
                meanLost += CompensatedSum.lost(mean, share, nextMean);
                mean = nextMean;
                double square = delta * (v[i] - (mean + meanLost));
                double nextSquares = squares + square;
                squaresLost += CompensatedSum.lost(squares, square, nextSquares);
                squares = nextSquares;
            }
            double variance = (squares + squaresLost) / (to - from);
            return squareRoot ? Math.sqrt(variance) : variance;
        });
    }

    /** @param quantile one per step */
    public static RangeFunction quantile(double[] quantile) {
        return new WindowFunction() {
            @Override
            protected double at(SampleColumns in, int from, int to, long endMs, Windows windows, int step) {
                double[] values = Arrays.copyOfRange(in.value, from, to);
                return Quantiles.of(quantile[step], values, values.length);
            }
        };
    }

    /** The median of the distances from the median; NaN where any value is. */
    public static RangeFunction medianDeviation() {
        return of((t, v, from, to) -> {
            double[] values = Arrays.copyOfRange(v, from, to);
            for (double value : values) {
                if (Double.isNaN(value)) {
                    return Double.NaN;
                }
            }
            double median = Quantiles.of(0.5, values, values.length);
            for (int i = 0; i < values.length; i++) {
                values[i] = Math.abs(v[from + i] - median);
            }
            return Quantiles.of(0.5, values, values.length);
        });
    }

    /** The difference of the last two samples, per second where {@code rate}; a counter that fell began at 0. */
    public static RangeFunction lastTwo(boolean rate) {
        return new WindowFunction() {
            @Override
            protected double at(SampleColumns in, int from, int to, long endMs, Windows windows, int step) {
                if (to - from < 2) {
                    return NOTHING;
                }
                long[] t = in.timestampMs;
                double[] v = in.value;
                return rate
                        ? CounterSteps.growth(in, to - 1) / ((t[to - 1] - t[to - 2]) / 1000.0)
                        : v[to - 1] - v[to - 2];
            }
        };
    }

    /**
     * {@code resets} (how often a value fell) or {@code changes} (how often it became another).
     *
     * @param anchored whether the last sample before the window counts as its first
     */
    public static RangeFunction transitions(boolean resets, boolean anchored, long lookbackMs) {
        return new WindowFunction(anchored ? lookbackMs : 0, 0) {
            @Override
            protected double at(SampleColumns in, int from, int to, long endMs, Windows windows, int step) {
                int first = from;
                if (anchored) {
                    long startMs = endMs - windows.rangeMs();
                    if (in.timestampMs[to - 1] <= startMs) {
                        return NOTHING;
                    }
                    first = ExtendedRate.anchor(in.timestampMs, from, to, startMs);
                }
                int n = 0;
                for (int i = first + 1; i < to; i++) {
                    double a = in.value[i - 1];
                    double b = in.value[i];
                    if (resets ? CounterSteps.reset(in, i) : b != a && !(Double.isNaN(a) && Double.isNaN(b))) {
                        n++;
                    }
                }
                return n;
            }
        };
    }

    /** @param smoothing and {@code trend}: one per step, each between 0 and 1 */
    public static RangeFunction doubleExponentialSmoothing(double[] smoothing, double[] trend) {
        return new WindowFunction() {
            @Override
            protected double at(SampleColumns in, int from, int to, long endMs, Windows windows, int step) {
                if (to - from < 2) {
                    return NOTHING;
                }
                double sf = smoothing[step];
                double tf = trend[step];
                double[] v = in.value;
                double before = 0;
                double smooth = v[from];
                double b = v[from + 1] - v[from];
                for (int i = from + 1; i < to; i++) {
                    if (i > from + 1) {
                        b = tf * (smooth - before) + (1 - tf) * b;
                    }
                    double next = sf * v[i] + (1 - sf) * (smooth + b);
                    before = smooth;
                    smooth = next;
                }
                return smooth;
            }
        };
    }
}
