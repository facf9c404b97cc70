package io.engram.promql.engine.functions;

import io.engram.model.StaleMarker;
import io.engram.promql.storage.SampleColumns;

/** An instant selector: at each step the newest sample of the lookback, unless it is a stale marker. */
public final class InstantLookup implements RangeFunction {
    private final boolean timestamps;

    /** @param timestamps gives the sample's time in seconds in place of its value */
    public InstantLookup(boolean timestamps) {
        this.timestamps = timestamps;
    }

    /** Here {@code in} has its stale markers, and the windows' length is the lookback. */
    @Override
    public void apply(SampleColumns in, Windows windows, Row out) {
        long[] times = in.timestampMs;
        double[] values = in.value;
        int n = in.size;
        int behind = 0;
        for (int step = 0; step < windows.steps(); step++) {
            long end = windows.endMs(step);
            while (behind < n && times[behind] <= end) {
                behind++;
            }
            if (behind == 0) {
                continue;
            }
            int newest = behind - 1;
            if (times[newest] > end - windows.rangeMs() && !StaleMarker.is(values[newest])) {
                out.set(step, timestamps ? times[newest] / 1000.0 : values[newest]);
            }
        }
    }
}
