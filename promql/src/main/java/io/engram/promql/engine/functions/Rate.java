package io.engram.promql.engine.functions;

import io.engram.promql.storage.SampleColumns;

/**
 * {@code rate}, {@code increase} and {@code delta}: the difference over a window, extrapolated to its ends as
 * Prometheus' {@code extrapolatedRate} does.
 *
 * <ol>
 *   <li>One pass notes where the counter fell; falls are rare, so a window mostly has none and its increase is last
 *       minus first. Each fall inside adds the value before it. Nothing is subtracted from a long prefix sum, so
 *       windows behind a huge reset lose no digits.
 *   <li>Two pointers follow the windows' ends, a third the first fall behind the window's first sample.
 *   <li>The extrapolation costs two or three divisions; they are most of the time of a step.
 * </ol>
 */
public final class Rate implements RangeFunction {
    private final boolean counter;
    private final boolean perSecond;
    private int[] falls = new int[16];
    private int fallCount;

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
            findFalls(values, n);
        }
        long rangeMs = windows.rangeMs();
        double seconds = rangeMs / 1000.0;
        int from = 0;
        int to = 0;
        int fall = 0;
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
                while (fall < fallCount && falls[fall] <= from) {
                    fall++;
                }
                for (int i = fall; i < fallCount && falls[i] <= last; i++) {
                    difference += values[falls[i] - 1];
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

    private void findFalls(double[] values, int n) {
        fallCount = 0;
        for (int i = 1; i < n; i++) {
            if (values[i] < values[i - 1]) {
                if (fallCount == falls.length) {
                    falls = java.util.Arrays.copyOf(falls, 2 * fallCount);
                }
                falls[fallCount++] = i;
            }
        }
    }
}
