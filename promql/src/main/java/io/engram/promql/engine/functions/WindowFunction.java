package io.engram.promql.engine.functions;

import io.engram.promql.storage.SampleColumns;

/**
 * A range function that looks at each window afresh; for those that have no sound sliding form, or gain nothing by one.
 */
public abstract class WindowFunction implements RangeFunction {
    /** Says that a window has no value. No function gives this NaN: its payload is of no use elsewhere. */
    protected static final long NOTHING_BITS = 0x7ff8_0000_dead_0001L;

    protected static final double NOTHING = Double.longBitsToDouble(NOTHING_BITS);

    private final long marginBeforeMs;
    private final long marginBehindMs;

    protected WindowFunction() {
        this(0, 0);
    }

    /** For functions that see samples up to so far beyond both ends of the window. */
    protected WindowFunction(long marginBeforeMs, long marginBehindMs) {
        this.marginBeforeMs = marginBeforeMs;
        this.marginBehindMs = marginBehindMs;
    }

    /**
     * @param from first sample of the window, {@code to} the one behind its last; there is at least one
     * @param endMs the window's end without margins, included
     * @return the value, or {@link #NOTHING}
     */
    protected abstract double at(SampleColumns in, int from, int to, long endMs, Windows windows, int step);

    @Override
    public final void apply(SampleColumns in, Windows windows, Row out) {
        long[] times = in.timestampMs;
        int n = in.size;
        int from = 0;
        int to = 0;
        for (int step = 0; step < windows.steps(); step++) {
            long end = windows.endMs(step);
            long last = end + marginBehindMs;
            while (to < n && times[to] <= last) {
                to++;
            }
            long first = end - windows.rangeMs() - marginBeforeMs;
            while (from < to && times[from] <= first) {
                from++;
            }
            if (from < to) {
                double v = at(in, from, to, end, windows, step);
                if (Double.doubleToRawLongBits(v) != NOTHING_BITS) {
                    out.set(step, v);
                }
            }
        }
    }
}
