package io.engram.promql.engine.functions;

import io.engram.promql.storage.SampleColumns;

/** What a function makes of one series' samples in sliding windows. Has state for one series at a time: one per thread. */
public interface RangeFunction {
    /**
     * @param in one series' samples, times strictly increasing, without stale markers; borrowed until it returns
     * @param out cleared; steps whose window gives no value stay so
     */
    void apply(SampleColumns in, Windows windows, Row out);

    /** Makes one for a thread. */
    @FunctionalInterface
    interface Factory {
        RangeFunction create();
    }
}
