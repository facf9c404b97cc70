package io.engram.model.hash;

/** Numbers 128-bit fingerprints 0, 1, 2, … in the order in which they are first seen. Open addressing, half full at most; for one thread. */
public final class FingerprintIndex {
    private final long[] hi;
    private final long[] lo;
    /** The number plus one; 0 is a free slot. */
    private final int[] number;

    private final int mask;
    private int size;

    /** @param maxSize how many different ones may come */
    public FingerprintIndex(int maxSize) {
        int capacity = Integer.highestOneBit(Math.max(8, maxSize)) << 2;
        this.hi = new long[capacity];
        this.lo = new long[capacity];
        this.number = new int[capacity];
        this.mask = capacity - 1;
    }

    public int size() {
        return size;
    }

    /** The fingerprint's number; a new one where it was not seen before. */
    public int numberOf(long fingerprintHi, long fingerprintLo) {
        int slot = (int) (fingerprintLo ^ fingerprintLo >>> 32) & mask; // fingerprints are hashes already
        while (number[slot] != 0) {
            if (lo[slot] == fingerprintLo && hi[slot] == fingerprintHi) {
                return number[slot] - 1;
            }
            slot = (slot + 1) & mask;
        }
        hi[slot] = fingerprintHi;
        lo[slot] = fingerprintLo;
        number[slot] = ++size;
        return size - 1;
    }
}
