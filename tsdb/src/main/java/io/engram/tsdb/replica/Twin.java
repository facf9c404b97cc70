package io.engram.tsdb.replica;

import io.engram.model.StaleMarker;
import io.engram.model.histogram.Histogram;
import java.util.Arrays;

/** The samples of one twin, its stale markers set aside. Borrows the arrays it is given where there are none. */
final class Twin {
    private long[] ownTimeMs = {};
    private double[] ownValue = {};
    private Histogram[] ownHistogram = {};

    int replica;
    int count;
    long[] timeMs;
    double[] value;
    /** Null where all samples are floats; an element is null where that sample is one. */
    Histogram[] histogram;

    int markerCount;
    long[] markerMs = {};
    /** From one sample to the next, at least; {@link Long#MAX_VALUE} where there are not two. */
    long shortestStepMs;

    private long longestStepMs;

    void load(int replica, long[] timeMs, double[] value, Histogram[] histogram, int count) {
        this.replica = replica;
        this.timeMs = timeMs;
        this.value = value;
        this.histogram = histogram;
        this.count = count;
        markerCount = 0;
        int markers = measure();
        if (histogram != null) {
            markers = markers();
        }
        if (markers > 0) {
            setAside(markers);
            measure();
        }
    }

    /** Measures the steps, and counts the floats that are stale markers: in one pass, which is most of what a merge costs. */
    private int measure() {
        long[] times = timeMs;
        double[] values = value;
        long shortest = Long.MAX_VALUE;
        long longest = 0;
        int markers = count > 0 && StaleMarker.is(values[0]) ? 1 : 0;
        for (int i = 1; i < count; i++) {
            long step = times[i] - times[i - 1];
            shortest = Math.min(shortest, step);
            longest = Math.max(longest, step);
            markers += StaleMarker.is(values[i]) ? 1 : 0;
        }
        shortestStepMs = shortest;
        longestStepMs = longest;
        return markers;
    }

    private int markers() {
        int markers = 0;
        for (int i = 0; i < count; i++) {
            markers += isMarker(i) ? 1 : 0;
        }
        return markers;
    }

    private boolean isMarker(int i) {
        return histogram != null && histogram[i] != null ? histogram[i].isStale() : StaleMarker.is(value[i]);
    }

    private void setAside(int markers) {
        int samples = count - markers;
        if (ownTimeMs.length < samples) {
            ownTimeMs = new long[timeMs.length];
            ownValue = new double[timeMs.length];
        }
        if (histogram != null && ownHistogram.length < samples) {
            ownHistogram = new Histogram[timeMs.length];
        }
        if (markerMs.length < markers) {
            markerMs = new long[Math.max(markers, 16)];
        }
        int kept = 0;
        for (int i = 0; i < count; i++) {
            if (isMarker(i)) {
                markerMs[markerCount++] = timeMs[i];
            } else {
                ownTimeMs[kept] = timeMs[i];
                ownValue[kept] = value[i];
                if (histogram != null) {
                    ownHistogram[kept] = histogram[i];
                }
                kept++;
            }
        }
        timeMs = ownTimeMs;
        value = ownValue;
        histogram = histogram == null ? null : ownHistogram;
        count = kept;
    }

    /** The window of the first sample; there must be one. */
    long firstWindow() {
        return ReplicaWindow.of(timeMs[0]);
    }

    long lastWindow() {
        return ReplicaWindow.of(timeMs[count - 1]);
    }

    /** Whether there is a sample in these windows, both included. */
    boolean hasSample(long first, long last) {
        int i = firstFrom(ReplicaWindow.startMs(first));
        return i < count && ReplicaWindow.of(timeMs[i]) <= last;
    }

    /** The first sample, from that one on, which comes more than a window behind the one before; {@link #count} if none. */
    int longStep(int from) {
        int i = longestStepMs > ReplicaWindow.LENGTH_MS ? from : count;
        while (i < count && timeMs[i] - timeMs[i - 1] <= ReplicaWindow.LENGTH_MS) {
            i++;
        }
        return i;
    }

    boolean isFloat(int i) {
        return histogram == null || histogram[i] == null;
    }

    /** The first sample at {@code atMs} or later; {@link #count} where there is none. */
    int firstFrom(long atMs) {
        return lowerBound(timeMs, count, atMs);
    }

    /** The time of the last stale marker at {@code atMs} or before, or {@link Long#MIN_VALUE}. */
    long markerUntil(long atMs) {
        int i = lowerBound(markerMs, markerCount, atMs == Long.MAX_VALUE ? atMs : atMs + 1);
        return i == 0 ? Long.MIN_VALUE : markerMs[i - 1];
    }

    /** The time of the first stale marker at {@code atMs} or later, or {@link Long#MAX_VALUE}. */
    long markerFrom(long atMs) {
        int i = lowerBound(markerMs, markerCount, atMs);
        return i == markerCount ? Long.MAX_VALUE : markerMs[i];
    }

    /** Lets go of what it borrowed, and of histograms. */
    void release() {
        if (histogram != null) {
            Arrays.fill(ownHistogram, null);
        }
        timeMs = null;
        value = null;
        histogram = null;
        count = 0;
        markerCount = 0;
    }

    private static int lowerBound(long[] sorted, int count, long atLeast) {
        int from = 0;
        int to = count;
        while (from < to) {
            int middle = (from + to) >>> 1;
            if (sorted[middle] < atLeast) {
                from = middle + 1;
            } else {
                to = middle;
            }
        }
        return from;
    }
}
