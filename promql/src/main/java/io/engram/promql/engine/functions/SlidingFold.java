package io.engram.promql.engine.functions;

import io.engram.promql.storage.SampleColumns;

/**
 * {@code sum}, {@code avg}, {@code min} and {@code max_over_time} without rescanning windows and without ever
 * subtracting, so that nothing big that has left a window spoils it.
 *
 * <ol>
 *   <li>A window {@code [from, to)} is cut at {@code cut}: folds of {@code [i, cut)} stand ready for every i, the fold
 *       of {@code [cut, to)} grows by one sample at a time.
 *   <li>Once {@code from} passes {@code cut}, the cut moves to {@code to} and the folds in front of it are made anew,
 *       from the back. Every sample is folded twice at most.
 * </ol>
 */
public final class SlidingFold implements RangeFunction {
    /** What is folded. */
    public enum Kind {
        SUM,
        AVG,
        MIN,
        MAX
    }

    private final Kind kind;
    private double[] front = new double[256];
    private double[] frontLost = new double[256];
    private double[] frontScaled = new double[256];

    public SlidingFold(Kind kind) {
        this.kind = kind;
    }

    @Override
    public void apply(SampleColumns in, Windows windows, Row out) {
        if (front.length < in.size) {
            front = new double[in.timestampMs.length];
            frontLost = new double[front.length];
            frontScaled = new double[front.length];
        }
        if (kind == Kind.SUM || kind == Kind.AVG) {
            sums(in, windows, out);
        } else {
            extremes(in, windows, out);
        }
    }

    private void extremes(SampleColumns in, Windows windows, Row out) {
        boolean max = kind == Kind.MAX;
        long[] times = in.timestampMs;
        double[] values = in.value;
        int n = in.size;
        int from = 0;
        int to = 0;
        int cut = 0;
        double back = Double.NaN;
        for (int step = 0; step < windows.steps(); step++) {
            long end = windows.endMs(step);
            while (to < n && times[to] <= end) {
                back = better(back, values[to], max);
                to++;
            }
            long start = end - windows.rangeMs();
            while (from < to && times[from] <= start) {
                from++;
            }
            if (from == to) {
                continue;
            }
            if (from >= cut) {
                double fold = Double.NaN;
                for (int i = to - 1; i >= from; i--) {
                    fold = better(values[i], fold, max);
                    front[i] = fold;
                }
                cut = to;
                back = Double.NaN;
            }
            out.set(step, better(front[from], back, max));
        }
    }

    /** NaN gives way to anything; of equals the first stays. */
    private static double better(double first, double second, boolean max) {
        return Double.isNaN(first) || (max ? second > first : second < first) ? second : first;
    }

    private void sums(SampleColumns in, Windows windows, Row out) {
        long[] times = in.timestampMs;
        double[] values = in.value;
        int n = in.size;
        int from = 0;
        int to = 0;
        int cut = 0;
        double back = 0;
        double backLost = 0;
        double backScaled = 0;
        for (int step = 0; step < windows.steps(); step++) {
            long end = windows.endMs(step);
            while (to < n && times[to] <= end) {
                double next = back + values[to];
                backLost += CompensatedSum.lost(back, values[to], next);
                back = next;
                backScaled += values[to] * CompensatedSum.SCALE;
                to++;
            }
            long start = end - windows.rangeMs();
            while (from < to && times[from] <= start) {
                from++;
            }
            if (from == to) {
                continue;
            }
            if (from >= cut) {
                foldFront(values, from, to);
                cut = to;
                back = 0;
                backLost = 0;
                backScaled = 0;
            }
            double sum = front[from] + back;
            double lost = frontLost[from] + backLost + CompensatedSum.lost(front[from], back, sum);
            out.set(
                    step,
                    kind == Kind.SUM
                            ? CompensatedSum.total(sum, lost)
                            : CompensatedSum.mean(sum, lost, frontScaled[from] + backScaled, to - from));
        }
    }

    private void foldFront(double[] values, int from, int to) {
        double sum = 0;
        double lost = 0;
        double scaled = 0;
        for (int i = to - 1; i >= from; i--) {
            double next = sum + values[i];
            lost += CompensatedSum.lost(sum, values[i], next);
            sum = next;
            scaled += values[i] * CompensatedSum.SCALE;
            front[i] = sum;
            frontLost[i] = lost;
            frontScaled[i] = scaled;
        }
    }
}
