package io.engram.promql.storage;

import java.util.Arrays;

/** One series' samples as columns; reused from series to series. Fields are open because the kernels loop over them. */
public final class SampleColumns {
    /** What is made first: many selections find no sample at all, and need no columns. */
    private static final int FIRST_CAPACITY = 256;

    private static final long[] NO_TIMES = {};
    private static final double[] NO_VALUES = {};

    public int size;
    public long[] timestampMs = NO_TIMES;
    /** Stale markers keep their bits ({@link io.engram.model.StaleMarker#is(double)}). */
    public double[] value = NO_VALUES;

    /** Makes room for {@code capacity} samples; what is there stays. */
    public void ensureCapacity(int capacity) {
        if (capacity > timestampMs.length) {
            int n = Math.max(Math.max(capacity, FIRST_CAPACITY), 2 * timestampMs.length);
            timestampMs = Arrays.copyOf(timestampMs, n);
            value = Arrays.copyOf(value, n);
        }
    }

    public void add(long t, double v) {
        ensureCapacity(size + 1);
        timestampMs[size] = t;
        value[size++] = v;
    }
}
