package io.engram.tsdb.replica;

import io.engram.model.replica.ActivityTable;

/**
 * The five minutes, aligned to the epoch, by which replicas are counted and ranked, and what a merge must read around a
 * range so that no sample of the range depends on where the range begins or ends.
 */
public final class ReplicaWindow {
    public static final long LENGTH_MS = ActivityTable.WINDOW_MS;

    /** Whole windows to read before the one that a range begins in: one to judge the next by, one to judge that one by. */
    private static final int WINDOWS_BEFORE = 2;

    /** Whole windows to read behind the one that a range ends in: where a hole ends that begins in the range. */
    private static final int WINDOWS_BEHIND = 1;

    private ReplicaWindow() {}

    /** The number of the window that a time lies in; counts from the epoch. */
    public static long of(long timeMs) {
        return ActivityTable.window(timeMs);
    }

    /** The first millisecond of a window, included. */
    public static long startMs(long window) {
        return ActivityTable.startMs(window);
    }

    /**
     * From when on twins must be read and replicas be ranked, for samples from {@code minMs} on. Included.
     *
     * @return {@link Long#MIN_VALUE} where the range begins at the beginning of time
     */
    public static long readFromMs(long minMs) {
        long window = of(minMs) - WINDOWS_BEFORE;
        return window <= Long.MIN_VALUE / LENGTH_MS ? Long.MIN_VALUE : startMs(window);
    }

    /**
     * Until when twins must be read and replicas be ranked, for samples up to {@code maxMs}. Included.
     *
     * @return {@link Long#MAX_VALUE} where the range ends at the end of time
     */
    public static long readToMs(long maxMs) {
        long window = of(maxMs) + WINDOWS_BEHIND;
        return window >= Long.MAX_VALUE / LENGTH_MS ? Long.MAX_VALUE : startMs(window + 1) - 1;
    }
}
