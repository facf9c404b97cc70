package io.engram.tsdb.replica;

import io.engram.model.StaleMarker;
import io.engram.model.histogram.Histogram;
import java.util.Arrays;

/**
 * What a merge shows, as columns; fields are open because kernels loop over them. Reused from series to series by the
 * {@link TwinMerge} that fills it.
 *
 * <pre>
 * sample i:  timeMs[i], strictly rising; value[i], or histogram[i] where there is one; a stale marker is a sample, too,
 *            and always a float
 * change c:  changeAt[c], rising, is the index of the first sample of another twin than the sample (not the marker) before;
 *            index 0 is none
 *            changeIncrease[c]: what a counter grew by from the sample before to this one; never below 0, NaN where one of
 *            the two is a histogram or NaN
 *            changeReset[c]: whether the counter was reset in between
 * </pre>
 */
public final class MergedSamples {
    public int count;
    public long[] timeMs = new long[256];
    public double[] value = new double[256];
    /** Null elements are floats. All are null, and of any length, where {@link #hasHistograms} is false. */
    public Histogram[] histogram = {};

    public boolean hasHistograms;

    public int changeCount;
    public int[] changeAt = new int[8];
    public double[] changeIncrease = new double[8];
    public boolean[] changeReset = new boolean[8];

    /** Holes that all twins have: steps of more than 1.6 intervals from one sample to the next, without a stale marker between. */
    public int holes;

    /** Changes at which the value falls and the new twin's own samples do not say whether the counter was reset. */
    public int undecidableDrops;

    /** Changes at which the value falls although the new twin's own samples say that the counter was not reset. */
    public int deniedDrops;

    void clear() {
        if (hasHistograms) {
            Arrays.fill(histogram, 0, count, null);
        }
        count = 0;
        hasHistograms = false;
        changeCount = 0;
        holes = 0;
        undecidableDrops = 0;
        deniedDrops = 0;
    }

    void room(int samples) {
        if (samples > timeMs.length) {
            int n = Math.max(samples, 2 * timeMs.length);
            timeMs = Arrays.copyOf(timeMs, n);
            value = Arrays.copyOf(value, n);
        }
        if (hasHistograms && histogram.length < timeMs.length) {
            histogram = Arrays.copyOf(histogram, timeMs.length);
        }
    }

    void addChange(int at, double increase, boolean reset) {
        if (changeCount == changeAt.length) {
            changeAt = Arrays.copyOf(changeAt, 2 * changeCount);
            changeIncrease = Arrays.copyOf(changeIncrease, 2 * changeCount);
            changeReset = Arrays.copyOf(changeReset, 2 * changeCount);
        }
        changeAt[changeCount] = at;
        changeIncrease[changeCount] = increase;
        changeReset[changeCount++] = reset;
    }

    /** Puts stale markers before the samples {@code before}, which rise, in one pass from behind. */
    void insertMarkers(int[] before, long[] markerMs, int markers) {
        room(count + markers);
        int end = count; // behind the samples that are still to be moved
        int change = changeCount;
        for (int m = markers - 1; m >= 0; m--) {
            move(before[m], end, m + 1);
            while (change > 0 && changeAt[change - 1] >= before[m]) {
                changeAt[--change] += m + 1;
            }
            end = before[m];
            timeMs[end + m] = markerMs[m];
            value[end + m] = StaleMarker.VALUE;
            if (hasHistograms) {
                histogram[end + m] = null;
            }
        }
        count += markers;
    }

    private void move(int from, int to, int by) {
        System.arraycopy(timeMs, from, timeMs, from + by, to - from);
        System.arraycopy(value, from, value, from + by, to - from);
        if (hasHistograms) {
            System.arraycopy(histogram, from, histogram, from + by, to - from);
        }
    }

    /** Keeps the samples from {@code from} to {@code to}, excluded. */
    void keep(int from, int to) {
        if (from > 0) {
            move(from, to, -from);
        }
        if (hasHistograms) {
            Arrays.fill(histogram, to - from, count, null);
        }
        count = to - from;
        int kept = 0;
        for (int c = 0; c < changeCount; c++) {
            if (changeAt[c] > from && changeAt[c] < to) {
                changeAt[kept] = changeAt[c] - from;
                changeIncrease[kept] = changeIncrease[c];
                changeReset[kept++] = changeReset[c];
            }
        }
        changeCount = kept;
    }
}
