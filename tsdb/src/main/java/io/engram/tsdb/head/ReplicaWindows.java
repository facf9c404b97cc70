package io.engram.tsdb.head;

import java.util.Arrays;

/** Samples and series of one replica in one stripe, window by window, sorted. Guarded by the stripe's lock. */
final class ReplicaWindows {
    private static final int FIRST_SIZE = 8;

    int size;
    /** Of its samples since the start, and of its last window before that. */
    long newestMs = Long.MIN_VALUE;

    int[] window = new int[FIRST_SIZE];
    int[] samples = new int[FIRST_SIZE];
    int[] series = new int[FIRST_SIZE];

    /** Where the window stands, or {@code -1 -} where it would. Most are asked for the last. */
    int find(int wanted) {
        if (size > 0 && window[size - 1] == wanted) {
            return size - 1;
        }
        return Arrays.binarySearch(window, 0, size, wanted);
    }

    /** Makes room for a window. */
    void insert(int i, int added) {
        if (size == window.length) {
            int length = size + (size >> 1);
            window = Arrays.copyOf(window, length);
            samples = Arrays.copyOf(samples, length);
            series = Arrays.copyOf(series, length);
        }
        System.arraycopy(window, i, window, i + 1, size - i);
        System.arraycopy(samples, i, samples, i + 1, size - i);
        System.arraycopy(series, i, series, i + 1, size - i);
        window[i] = added;
        samples[i] = 0;
        series[i] = 0;
        size++;
    }

    /** Adds the counts of another stripe from window {@code first} to {@code last}, both included. */
    void add(ReplicaWindows other, long first, long last) {
        for (int k = 0; k < other.size; k++) {
            int added = other.window[k];
            if (added >= first && added <= last) {
                int i = find(added);
                if (i < 0) {
                    i = -1 - i;
                    insert(i, added);
                }
                samples[i] = (int) Math.min((long) samples[i] + other.samples[k], Integer.MAX_VALUE);
                series[i] = (int) Math.min((long) series[i] + other.series[k], Integer.MAX_VALUE);
            }
        }
    }

    /** Drops the windows before this one; returns how many. */
    int dropBefore(long first) {
        int gone = 0;
        while (gone < size && window[gone] < first) {
            gone++;
        }
        if (gone > 0) {
            window = Arrays.copyOfRange(window, gone, Math.max(size, gone + FIRST_SIZE));
            samples = Arrays.copyOfRange(samples, gone, gone + window.length);
            series = Arrays.copyOfRange(series, gone, gone + window.length);
            size -= gone;
        }
        return gone;
    }

    long bytes() {
        return 80 + 12L * window.length;
    }
}
