package io.engram.querier.blocks;

/** How many calls may be made beside others: a share of all. Safe for many threads. */
final class HedgeBudget {
    /** What a call may be, in hundredths. */
    private static final int CALL = 100;
    /** Calls that may be made at once, after a while in which none were. */
    private static final int BURST = 10;

    private final int percent;
    private int left = BURST * CALL; // guarded by this

    /** @param percent of all calls */
    HedgeBudget(int percent) {
        this.percent = percent;
    }

    /** A call is made anyway. */
    synchronized void earn() {
        left = Math.min(BURST * CALL, left + percent);
    }

    /** Whether another may be made beside it. */
    synchronized boolean spend() {
        if (percent == 0 || left < CALL) {
            return false;
        }
        left -= CALL;
        return true;
    }
}
