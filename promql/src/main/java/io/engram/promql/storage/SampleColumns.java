package io.engram.promql.storage;

import java.util.Arrays;

/**
 * One series' samples as columns; reused from series to series. Fields are open because the kernels loop over them.
 *
 * <p>Where the samples come from several replicas of the series, the counter has jumps that it never made: each replica
 * scraped at times of its own, and may have missed a reset. Then the columns say what the counter did at each change of
 * replica, for functions of counters:
 *
 * <pre>
 * change c:  changeAt[c], rising, is the index, above 0, of the first sample of another replica than the sample before;
 *            changeIncrease[c]: what the counter grew by from the sample before to this one
 *            changeReset[c]: whether it was reset in between
 * </pre>
 */
public final class SampleColumns {
    /** What is made first: many selections find no sample at all, and need no columns. */
    private static final int FIRST_CAPACITY = 256;

    private static final long[] NO_TIMES = {};
    private static final double[] NO_VALUES = {};
    private static final int[] NO_CHANGES = {};

    public int size;
    public long[] timestampMs = NO_TIMES;
    /** Stale markers keep their bits ({@link io.engram.model.StaleMarker#is(double)}). */
    public double[] value = NO_VALUES;

    public int changeCount;
    public int[] changeAt = NO_CHANGES;
    public double[] changeIncrease = NO_VALUES;
    public boolean[] changeReset = {};

    /** Forgets all samples. */
    public void clear() {
        size = 0;
        changeCount = 0;
    }

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

    /** Adds a change of replica behind those that are there. */
    public void addChange(int at, double increase, boolean reset) {
        if (changeCount == changeAt.length) {
            int n = Math.max(8, 2 * changeCount);
            changeAt = Arrays.copyOf(changeAt, n);
            changeIncrease = Arrays.copyOf(changeIncrease, n);
            changeReset = Arrays.copyOf(changeReset, n);
        }
        changeAt[changeCount] = at;
        changeIncrease[changeCount] = increase;
        changeReset[changeCount++] = reset;
    }

    /** The first change at the sample {@code index} or behind it. */
    public int firstChange(int index) {
        int at = Arrays.binarySearch(changeAt, 0, changeCount, index);
        return at < 0 ? -at - 1 : at;
    }
}
