package io.engram.distributor.ha;

/**
 * How far a cluster is stored, and how it moves.
 *
 * @param newestMs the newest sample that is stored of any leader
 * @param usualMs how far that moves at a time, at most; follows what is more at once, what is less slowly
 * @param moves how often it has moved, up to {@code ENOUGH_MOVES}
 */
record Stored(long newestMs, long usualMs, int moves) {
    /** From here on it is known how far the newest sample moves at a time. */
    static final int ENOUGH_MOVES = 8;

    static final Stored NOTHING = new Stored(Long.MIN_VALUE, 0, 0);

    /** With a sample at {@code timeMs} besides. */
    Stored upTo(long timeMs) {
        if (timeMs <= newestMs) {
            return this;
        }
        if (newestMs == Long.MIN_VALUE) {
            return new Stored(timeMs, 0, 0);
        }
        long moveMs = timeMs - newestMs;
        long nowUsualMs = moveMs >= usualMs ? moveMs : usualMs - (usualMs - moveMs) / 16;
        return new Stored(timeMs, nowUsualMs, Math.min(ENOUGH_MOVES, moves + 1));
    }
}
