package io.engram.tsdb.head;

import io.engram.model.histogram.Histogram;
import java.util.Arrays;

/** The late histograms and chunks of one series: samples ascending by time, chunks in the order in which they were made. */
final class LateHistograms {
    /** Samples that wait in memory. */
    static final int MAX_SAMPLES = 16;
    /** As many as late chunks of floats may be. */
    static final int MAX_CHUNKS = LateSlot.MAX_CHUNKS;

    private static final int OBJECT_BYTES = 160;

    int samples;
    final long[] timeMs = new long[MAX_SAMPLES];
    final Histogram[] value = new Histogram[MAX_SAMPLES];

    int chunks;
    long[] position = {};
    long[] minMs = {};
    long[] maxMs = {};

    /** The sample at this time, or -1. */
    int find(long atMs) {
        int i = Arrays.binarySearch(timeMs, 0, samples, atMs);
        return i < 0 ? -1 : i;
    }

    /** Adds a sample at a time at which there is none. */
    void insert(long atMs, Histogram h) {
        int i = -Arrays.binarySearch(timeMs, 0, samples, atMs) - 1;
        System.arraycopy(timeMs, i, timeMs, i + 1, samples - i);
        System.arraycopy(value, i, value, i + 1, samples - i);
        timeMs[i] = atMs;
        value[i] = h;
        samples++;
    }

    void addChunk(long at, long firstMs, long lastMs) {
        if (chunks == position.length) {
            int n = Math.max(2, 2 * chunks);
            position = Arrays.copyOf(position, n);
            minMs = Arrays.copyOf(minMs, n);
            maxMs = Arrays.copyOf(maxMs, n);
        }
        position[chunks] = at;
        minMs[chunks] = firstMs;
        maxMs[chunks++] = lastMs;
    }

    /** Takes the samples {@code [from, to)} out. */
    void remove(int from, int to) {
        System.arraycopy(timeMs, to, timeMs, from, samples - to);
        System.arraycopy(value, to, value, from, samples - to);
        int left = samples - (to - from);
        Arrays.fill(value, left, samples, null);
        samples = left;
    }

    /** Drops what is before {@code cutMs}; a chunk goes when all of it may. */
    void truncate(long cutMs) {
        int gone = 0;
        while (gone < samples && timeMs[gone] < cutMs) {
            gone++;
        }
        remove(0, gone);
        int kept = 0;
        for (int c = 0; c < chunks; c++) {
            if (maxMs[c] >= cutMs) {
                position[kept] = position[c];
                minMs[kept] = minMs[c];
                maxMs[kept++] = maxMs[c];
            }
        }
        chunks = kept;
    }

    /** Behind the last sample that lies in the same two hours as sample {@code start}: chunks do not cross them. */
    int rangeEnd(int start) {
        long endMs = ChunkGrid.untilEndMs(timeMs[start], ChunkGrid.RANGE_MS) + timeMs[start];
        int end = start + 1;
        while (end < samples && timeMs[end] < endMs) {
            end++;
        }
        return end;
    }

    /** Memory that it takes, roughly. */
    long bytes() {
        long bytes = OBJECT_BYTES + 16L * MAX_SAMPLES + 24L * position.length;
        for (int i = 0; i < samples; i++) {
            bytes += 128 + 8L * (value[i].bucketCount() + value[i].customBounds().length);
            bytes += 4L * (value[i].positiveSpans().length + value[i].negativeSpans().length);
        }
        return bytes;
    }
}
