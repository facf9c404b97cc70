package io.engram.promql.storage;

import java.util.Arrays;

/** One series' samples as columns; reused from series to series. Fields are open because the kernels loop over them. */
public final class SampleColumns {
    public int size;
    public long[] timestampMs = new long[256];
    /** Stale markers keep their bits ({@link io.engram.model.StaleMarker#is(double)}). */
    public double[] value = new double[256];

    /** Makes room for {@code capacity} samples; what is there stays. */
    public void ensureCapacity(int capacity) {
        if (capacity > timestampMs.length) {
            int n = Math.max(capacity, 2 * timestampMs.length);
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
