package io.engram.distributor.ha;

/**
 * How far a cluster is stored, and how it moves.
 *
 * @param newestMs the newest sample that is stored of any leader
 * @param usualMs how far that moves at a time, at most; follows what is more at once, what is less slowly
 * @param onceMs how far it moved once, which was far more than usual; fades like what is usual
 * @param moves how often it has moved, up to {@code ENOUGH_MOVES}
 */
record Stored(long newestMs, long usualMs, long onceMs, int moves) {
    /** From here on it is known how far the newest sample moves at a time. */
    static final int ENOUGH_MOVES = 8;

    /** A move of more than so many usual ones is none until it comes again: or each hole would hide a longer one. */
    private static final int FAR_MORE = 2;

    static final Stored NOTHING = new Stored(Long.MIN_VALUE, 0, 0, 0);

    /** With a sample at {@code timeMs} besides. */
    Stored upTo(long timeMs) {
        if (timeMs <= newestMs) {
            return this;
        }
        if (newestMs == Long.MIN_VALUE) {
            return new Stored(timeMs, 0, 0, 0);
        }
        long moveMs = timeMs - newestMs;
        if (moves == ENOUGH_MOVES && moveMs > FAR_MORE * Math.max(usualMs, onceMs)) {
            // A restart of the leader, or a scrape interval that has changed: then it comes again soon, and is usual.
            return new Stored(timeMs, usualMs, moveMs, moves);
        }
        return new Stored(
                timeMs,
                moveMs >= usualMs ? moveMs : faded(usualMs, moveMs),
                faded(onceMs, Math.min(onceMs, moveMs)),
                Math.min(ENOUGH_MOVES, moves + 1));
    }

    private static long faded(long beforeMs, long moveMs) {
        return beforeMs - (beforeMs - moveMs) / 16;
    }
}
