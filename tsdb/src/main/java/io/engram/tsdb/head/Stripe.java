package io.engram.tsdb.head;

import java.util.concurrent.locks.ReentrantLock;

/**
 * A sixteenth of a tenant's series, by the upper bits of their fingerprints: whoever holds {@link #lock} may touch their
 * slots, records and open chunks.
 */
final class Stripe {
    static final int COUNT = 16;

    final ReentrantLock lock = new ReentrantLock();
    final int number;
    final FingerprintTable table = new FingerprintTable(); // guarded by lock
    long blocks; // guarded by lock: blocks of open chunks
    long samples; // guarded by lock: samples stored since the start
    long sealedChunks; // guarded by lock: chunks sealed since the start
    int openChunks; // guarded by lock: series with an open chunk

    Stripe(int number) {
        this.number = number;
    }

    static int of(long fingerprintHi) {
        return (int) (fingerprintHi >>> 60);
    }
}
