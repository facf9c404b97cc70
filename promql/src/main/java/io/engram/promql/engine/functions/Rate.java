package io.engram.promql.engine.functions;

import io.engram.promql.storage.SampleColumns;
import java.util.Arrays;

/**
 * {@code rate}, {@code increase} and {@code delta}: the difference over a window, extrapolated to its ends as
 * Prometheus' {@code extrapolatedRate} does.
 *
 * <ol>
 *   <li>One pass notes the jumps: where the counter fell, and where the samples change to another replica. They are rare,
 *       so a window mostly has none and its increase is last minus first. Each jump inside adds what that is wrong by: of
 *       a fall, the value before it. Nothing is subtracted from a long prefix sum, so windows behind a huge reset lose no
 *       digits.
 *   <li>Two pointers follow the windows' ends, a third the first jump behind the window's first sample.
 *   <li>The extrapolation costs two or three divisions; they are most of the time of a step.
 * </ol>
 */
public final class Rate implements RangeFunction {
    private final boolean counter;
    private final boolean perSecond;
    /** Samples at whose step the increase is another than the difference, and what it is more by. */
    private int[] jumps = new int[16];

    private double[] missing = new double[16];
    private int jumpCount;

    public Rate(boolean counter, boolean perSecond) {
        this.counter = counter;
        this.perSecond = perSecond;
    }

    @Override
    public void apply(SampleColumns in, Windows windows, Row out) {
        long[] times = in.timestampMs;
        double[] values = in.value;
        int n = in.size;
        if (counter) {
            findJumps(in);
        }
        long rangeMs = windows.rangeMs();
        double seconds = rangeMs / 1000.0;
        int from = 0;
        int to = 0;
        int jump = 0;
        for (int step = 0; step < windows.steps(); step++) {
            long end = windows.endMs(step);
            long start = end - rangeMs;
            while (to < n && times[to] <= end) {
                to++;
            }
            while (from < to && times[from] <= start) {
                from++;
            }
            if (to - from < 2) {
                continue;
            }
            int last = to - 1;
            double first = values[from];
            double difference = values[last] - first;
            if (counter) {
                while (jump < jumpCount && jumps[jump] <= from) {
                    jump++;
                }
                for (int i = jump; i < jumpCount && jumps[i] <= last; i++) {
                    difference += missing[i];
                }
            }
            double sampled = (times[last] - times[from]) / 1000.0;
            double average = sampled / (last - from);
            double toStart = (times[from] - start) / 1000.0;
            double toEnd = (end - times[last]) / 1000.0;
            double threshold = average * 1.1;
            if (toStart >= threshold) {
                toStart = average / 2;
            }
            // A counter is never below zero: where its line crosses zero inside the window, the series began there.
            if (counter && difference > 0 && first >= 0 && sampled * first < toStart * difference) {
                toStart = Math.min(toStart, sampled * (first / difference));
            }
            if (toEnd >= threshold) {
                toEnd = average / 2;
            }
            double factor = (sampled + toStart + toEnd) / sampled;
            out.set(step, difference * (perSecond ? factor / seconds : factor));
        }
    }

    private void findJumps(SampleColumns in) {
        double[] values = in.value;
        jumpCount = 0;
        int from = 1;
        for (int c = 0; c < in.changeCount; c++) {
            int at = in.changeAt[c];
            findFalls(values, from, at);
            if (at > 0) {
                add(at, in.changeIncrease[c] - (values[at] - values[at - 1]));
            }
            from = at + 1;
        }
        findFalls(values, from, in.size);
    }

    private void findFalls(double[] values, int from, int to) {
        for (int i = from; i < to; i++) {
            if (values[i] < values[i - 1]) {
                add(i, values[i - 1]);
            }
        }
    }

    private void add(int at, double more) {
        if (jumpCount == jumps.length) {
            jumps = Arrays.copyOf(jumps, 2 * jumpCount);
            missing = Arrays.copyOf(missing, 2 * jumpCount);
        }
        jumps[jumpCount] = at;
        missing[jumpCount++] = more;
    }
}
