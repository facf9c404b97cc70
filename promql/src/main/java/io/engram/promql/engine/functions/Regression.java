package io.engram.promql.engine.functions;

import io.engram.promql.storage.SampleColumns;

/** {@code deriv} and {@code predict_linear}: least squares over a window, in seconds. */
public final class Regression extends WindowFunction {
    private final double[] ahead;

    private Regression(double[] ahead) {
        this.ahead = ahead;
    }

    public static RangeFunction slope() {
        return new Regression(null);
    }

    /** @param aheadSeconds one per step, counted from the evaluation time */
    public static RangeFunction prediction(double[] aheadSeconds) {
        return new Regression(aheadSeconds);
    }

    @Override
    protected double at(SampleColumns in, int from, int to, long endMs, Windows windows, int step) {
        if (to - from < 2) {
            return NOTHING;
        }
        double[] v = in.value;
        // A time near the samples' own keeps the squares small.
        long originMs = ahead == null ? in.timestampMs[from] : windows.evaluationMs(step);
        boolean constant = true;
        double n = to - from;
        double sumX = 0;
        double lostX = 0;
        double sumY = 0;
        double lostY = 0;
        double sumXy = 0;
        double lostXy = 0;
        double sumX2 = 0;
        double lostX2 = 0;
        for (int i = from; i < to; i++) {
            constant &= v[i] == v[from];
            double x = (in.timestampMs[i] - originMs) / 1e3;
            double next = sumX + x;
            lostX += CompensatedSum.lost(sumX, x, next);
            sumX = next;
            next = sumY + v[i];
            lostY += CompensatedSum.lost(sumY, v[i], next);
            sumY = next;
            next = sumXy + x * v[i];
            lostXy += CompensatedSum.lost(sumXy, x * v[i], next);
            sumXy = next;
            next = sumX2 + x * x;
            lostX2 += CompensatedSum.lost(sumX2, x * x, next);
            sumX2 = next;
        }
        if (constant) {
            if (Double.isInfinite(v[from])) {
                return Double.NaN;
            }
            return ahead == null ? 0 : 0 * ahead[step] + v[from];
        }
        sumX = CompensatedSum.total(sumX, lostX);
        sumY = CompensatedSum.total(sumY, lostY);
        sumXy = CompensatedSum.total(sumXy, lostXy);
        sumX2 = CompensatedSum.total(sumX2, lostX2);
        double slope = (sumXy - sumX * sumY / n) / (sumX2 - sumX * sumX / n);
        return ahead == null ? slope : slope * ahead[step] + (sumY / n - slope * sumX / n);
    }
}
