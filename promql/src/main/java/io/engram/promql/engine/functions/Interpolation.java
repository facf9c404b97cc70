package io.engram.promql.engine.functions;

import io.engram.promql.storage.SampleColumns;

/** Values between samples, for {@code smoothed} and {@code anchored} selectors. */
public final class Interpolation {
    private Interpolation() {}

    /** On the line from sample {@code i} to {@code j} at {@code timeMs}; a counter that fell between them starts at 0. */
    static double between(long[] t, double[] v, int i, int j, long timeMs, boolean counter) {
        double from = counter && v[j] < v[i] ? 0 : v[i];
        return from + (v[j] - from) * (timeMs - t[i]) / (t[j] - t[i]);
    }

    /** The first index in {@code [from, to)} whose time is behind {@code timeMs}, or {@code to}. */
    static int firstBehind(long[] t, int from, int to, long timeMs) {
        int i = from;
        while (i < to && t[i] <= timeMs) {
            i++;
        }
        return i;
    }

    static int firstAtOrBehind(long[] t, int from, int to, long timeMs) {
        int i = from;
        while (i < to && t[i] < timeMs) {
            i++;
        }
        return i;
    }

    /** The values of a {@code smoothed} instant selector: exact, on the line, or the last one carried forward. */
    public static RangeFunction instant(long lookbackMs) {
        return new WindowFunction(lookbackMs, lookbackMs) {
            @Override
            protected double at(SampleColumns in, int from, int to, long endMs, Windows windows, int step) {
                int i = firstAtOrBehind(in.timestampMs, from, to, endMs);
                if (i < to && in.timestampMs[i] == endMs) {
                    return in.value[i];
                }
                if (i == from) {
                    return NOTHING;
                }
                return i < to ? between(in.timestampMs, in.value, i - 1, i, endMs, false) : in.value[i - 1];
            }
        };
    }

    /**
     * The samples of an {@code anchored} or {@code smoothed} range selector: those inside, and one on each end.
     *
     * @param in samples from the lookback before the window to, where smoothed, the lookback behind it
     */
    public static SampleColumns extend(SampleColumns in, long startMs, long endMs, boolean smoothed) {
        SampleColumns out = new SampleColumns();
        if (in.size == 0) {
            return out;
        }
        long[] t = in.timestampMs;
        double[] v = in.value;
        int first = ExtendedRate.anchor(t, 0, in.size, startMs);
        int last = smoothed ? firstAtOrBehind(t, 0, in.size - 1, endMs) : in.size - 1;
        if (t[last] <= startMs || t[first] > endMs) {
            return out;
        }
        double left = smoothed && t[first] < startMs ? between(t, v, first, first + 1, startMs, false) : v[first];
        double right = smoothed && last > 0 && t[last] > endMs ? between(t, v, last - 1, last, endMs, false) : v[last];
        out.add(startMs, left);
        for (int i = first; i <= last; i++) {
            if (t[i] > startMs && t[i] < endMs) {
                out.add(t[i], v[i]);
            }
        }
        out.add(endMs, right);
        return out;
    }
}
