package io.engram.tsdb.block;

import java.util.Arrays;

/** Times that were deleted of a series: intervals with both ends included, sorted, apart from each other. Immutable. */
public final class Intervals {
    public static final Intervals NONE = new Intervals(new long[0]);

    private final long[] ends; // first and last time of each in turn

    private Intervals(long[] ends) {
        this.ends = ends;
    }

    /** These and one more. */
    Intervals plus(long firstMs, long lastMs) {
        long[] merged = new long[ends.length + 2];
        int n = 0;
        long first = firstMs;
        long last = lastMs;
        boolean placed = false;
        for (int i = 0; i < ends.length; i += 2) {
            boolean before = ends[i + 1] < first && ends[i + 1] + 1 < first;
            boolean behind = ends[i] > last && ends[i] - 1 > last;
            if (before || behind) {
                if (behind && !placed) {
                    merged[n++] = first;
                    merged[n++] = last;
                    placed = true;
                }
                merged[n++] = ends[i];
                merged[n++] = ends[i + 1];
            } else {
                first = Math.min(first, ends[i]);
                last = Math.max(last, ends[i + 1]);
            }
        }
        if (!placed) {
            merged[n++] = first;
            merged[n++] = last;
        }
        return new Intervals(Arrays.copyOf(merged, n));
    }

    public boolean isEmpty() {
        return ends.length == 0;
    }

    boolean contains(long timeMs) {
        return touches(timeMs, timeMs);
    }

    /** Whether some time of {@code [minMs, maxMs]} is deleted. */
    boolean touches(long minMs, long maxMs) {
        for (int i = 0; i < ends.length && ends[i] <= maxMs; i += 2) {
            if (ends[i + 1] >= minMs) {
                return true;
            }
        }
        return false;
    }

    /** Whether all of {@code [minMs, maxMs]} is deleted. */
    boolean covers(long minMs, long maxMs) {
        for (int i = 0; i < ends.length; i += 2) {
            if (ends[i] <= minMs && maxMs <= ends[i + 1]) {
                return true;
            }
        }
        return false;
    }
}
