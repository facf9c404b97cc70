package io.engram.tsdb.head;

import java.util.concurrent.locks.ReentrantLock;

/**
 * A sixteenth of a tenant's series, by the upper bits of their fingerprints: whoever holds {@link #lock} may touch their
 * slots, records, open chunks and what is kept beside them.
 */
final class Stripe {
    static final int COUNT = 16;
    /** The number of the lane behind them, which has no series: for what belongs to a tenant as a whole. */
    static final int WIDE = COUNT;
    /** Stripes and the one behind them. */
    static final int LANES = COUNT + 1;

    final ReentrantLock lock = new ReentrantLock();
    final int number;
    final FingerprintTable table = new FingerprintTable(); // guarded by lock
    long blocks; // guarded by lock: blocks of open chunks
    long samples; // guarded by lock: samples stored since the start
    long sealedChunks; // guarded by lock: chunks sealed since the start
    final SideStores side = new SideStores(this); // guarded by lock
    long lateSamples; // guarded by lock: of the samples stored, those older than the newest of their series
    long histograms; // guarded by lock: of the samples stored, those that are native histograms
    int openChunks; // guarded by lock: series with an open chunk
    long sinceBlocksMs = Long.MAX_VALUE; // guarded by lock: the oldest sample too late for the blocks: BlockMarks

    Stripe(int number) {
        this.number = number;
    }

    /** A sample has been stored; blocks have been begun up to {@code blockEndMs}. The caller holds the lock. */
    void noteStored(long timeMs, long blockEndMs) {
        if (timeMs < blockEndMs && timeMs < sinceBlocksMs) {
            sinceBlocksMs = timeMs;
        }
    }

    static int of(long fingerprintHi) {
        return (int) (fingerprintHi >>> 60);
    }
}
