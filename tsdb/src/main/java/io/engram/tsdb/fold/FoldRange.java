package io.engram.tsdb.fold;

import io.engram.tsdb.replica.ReplicaWindow;

/**
 * The times that are folded: the slot of a block, not only what it has samples of.
 *
 * @param startMs included
 * @param endMs excluded
 */
public record FoldRange(long startMs, long endMs) {
    /** What a seam must know beyond its border; see {@link Seam}. */
    private static final int WINDOWS_AROUND = 6;

    public FoldRange {
        if (startMs >= endMs) {
            throw new IllegalArgumentException("a range from " + startMs + " to " + endMs + " is empty");
        }
    }

    /** From when on neighbours must be read, included. */
    public long readFromMs() {
        return ReplicaWindow.startMs(ReplicaWindow.of(startMs) - WINDOWS_AROUND);
    }

    /** Until when neighbours must be read, included. */
    public long readToMs() {
        return ReplicaWindow.startMs(ReplicaWindow.of(endMs - 1) + WINDOWS_AROUND + 1) - 1;
    }
}
