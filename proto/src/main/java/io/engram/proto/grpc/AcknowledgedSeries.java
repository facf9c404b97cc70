package io.engram.proto.grpc;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Fingerprints of series that one ingester has stored samples of: their labels need not be sent again. Bounded: two
 * generations of an open-addressed table; what is found in the older one moves into the younger, and when that is half full
 * it becomes the older.
 *
 * <p>A fingerprint is folded into 64 bits, and threads share the tables without locks: an entry that is wrong or lost costs
 * no more than labels that are sent once too often, for an ingester asks for those that it needs and did not get.
 */
final class AcknowledgedSeries {
    private static final int MIN_SLOTS = 1 << 12;
    private static final int MAX_PROBES = 16;
    /** Was an entry: those behind it are still found. */
    private static final long GONE = 1;

    private static final class Generation {
        final long[] tags;
        final int mask;
        final AtomicInteger used = new AtomicInteger();

        Generation(int slots) {
            this.tags = new long[slots];
            this.mask = slots - 1;
        }
    }

    private final int maxSlots;
    private volatile Generation young;
    private volatile Generation old;

    /** @param maxBytes what both generations may take together; below 64 KiB nothing is remembered */
    AcknowledgedSeries(long maxBytes) {
        long slots = Math.min(maxBytes / 2 / Long.BYTES, 1 << 28);
        this.maxSlots = slots < MIN_SLOTS ? 0 : (int) Long.highestOneBit(slots);
        this.young = new Generation(Math.min(MIN_SLOTS, Math.max(maxSlots, 1)));
        this.old = young;
    }

    static long tag(long fingerprintHi, long fingerprintLo) {
        long tag = fingerprintHi ^ Long.rotateLeft(fingerprintLo, 32);
        return tag == 0 || tag == GONE ? 2 : tag;
    }

    boolean contains(long tag) {
        Generation first = young;
        if (find(first, tag) >= 0) {
            return true;
        }
        Generation second = old;
        if (second != first && find(second, tag) >= 0) {
            add(tag);
            return true;
        }
        return false;
    }

    private static int find(Generation in, long tag) {
        int slot = (int) tag & in.mask;
        for (int probe = 0; probe < MAX_PROBES; probe++) {
            long found = in.tags[slot];
            if (found == tag) {
                return slot;
            }
            if (found == 0) {
                return -1;
            }
            slot = (slot + 1) & in.mask;
        }
        return -1;
    }

    void add(long tag) {
        if (maxSlots == 0) {
            return;
        }
        Generation into = young;
        int slot = (int) tag & into.mask;
        for (int probe = 0; probe < MAX_PROBES; probe++) {
            long found = into.tags[slot];
            if (found == tag) {
                return;
            }
            if (found == 0) {
                into.tags[slot] = tag;
                if (into.used.incrementAndGet() > into.mask / 2) {
                    turn(into);
                }
                return;
            }
            slot = (slot + 1) & into.mask;
        }
        turn(into);
    }

    private synchronized void turn(Generation full) {
        if (young == full) {
            old = full;
            young = new Generation((int) Math.min(2L * (full.mask + 1), maxSlots));
        }
    }

    /** The ingester does not know it any more. */
    void forget(long tag) {
        for (Generation in : new Generation[] {young, old}) {
            int slot = find(in, tag);
            if (slot >= 0) {
                in.tags[slot] = GONE;
            }
        }
    }
}
