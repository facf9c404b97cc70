package io.engram.promql.engine.functions;

import io.engram.promql.storage.SampleColumns;

/**
 * {@code rate}, {@code increase} and {@code delta} of an {@code anchored} or {@code smoothed} range: no extrapolation;
 * the value at each end of the window is that of the sample before it (anchored), or lies on the line between the
 * samples around it (smoothed). Follows Prometheus' {@code extendedRate}.
 */
public final class ExtendedRate extends WindowFunction {
    private final boolean smoothed;
    private final boolean counter;
    private final boolean perSecond;

    public ExtendedRate(boolean smoothed, long lookbackMs, boolean counter, boolean perSecond) {
        super(lookbackMs, smoothed ? lookbackMs : 0);
        this.smoothed = smoothed;
        this.counter = counter;
        this.perSecond = perSecond;
    }

    @Override
    protected double at(SampleColumns in, int from, int to, long endMs, Windows windows, int step) {
        long startMs = endMs - windows.rangeMs();
        long[] t = in.timestampMs;
        double[] v = in.value;
        int first = anchor(t, from, to, startMs);
        int last = smoothed ? Interpolation.firstAtOrBehind(t, from, to - 1, endMs) : to - 1;
        if (t[last] <= startMs || t[first] > endMs) {
            return NOTHING;
        }
        if (counter && CounterSteps.changes(in, first, last)) {
            double increase = increase(in, first, last, startMs, endMs);
            return perSecond ? increase / (windows.rangeMs() / 1000.0) : increase;
        }
        double left = smoothed && t[first] < startMs
                ? Interpolation.between(t, v, first, first + 1, startMs, counter)
                : v[first];
        double right = smoothed && last > from && t[last] > endMs
                ? Interpolation.between(t, v, last - 1, last, endMs, counter)
                : v[last];
        double result = right - left;
        if (counter) {
            int a = t[first] <= startMs ? first + 1 : first;
            int b = t[last] >= endMs ? last - 1 : last;
            double before = left;
            for (int i = a; i <= b; i++) {
                if (v[i] < before) {
                    result += before;
                }
                before = v[i];
            }
            if (right < before) {
                result += before;
            }
        }
        return perSecond ? result / (windows.rangeMs() / 1000.0) : result;
    }

    /**
     * What the counter grew by, step by step, where some step leads to another replica. Of a step over an end of the window
     * the part inside counts where smoothed, else all of it.
     */
    private double increase(SampleColumns in, int first, int last, long startMs, long endMs) {
        long[] t = in.timestampMs;
        double increase = 0;
        for (int i = first + 1; i <= last; i++) {
            double part = 1;
            if (smoothed) {
                long insideMs = Math.min(t[i], endMs) - Math.max(t[i - 1], startMs);
                part = (double) Math.max(0, insideMs) / (t[i] - t[i - 1]);
            }
            increase += CounterSteps.growth(in, i) * part;
        }
        return increase;
    }

    /** The last sample at or before {@code startMs}, or the first there is. */
    static int anchor(long[] t, int from, int to, long startMs) {
        return Math.max(from, Interpolation.firstBehind(t, from, to - 1, startMs) - 1);
    }
}
