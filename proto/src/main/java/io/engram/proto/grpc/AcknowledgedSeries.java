package io.engram.proto.grpc;

import java.util.concurrent.atomic.AtomicInteger;

/**
 * Fingerprints of series that one ingester has stored samples of: their labels need not be sent again. Bounded: two
 * generations of an open-addressed table; what is found in the older one moves into the younger, and when that is half full
 * it becomes the older.
 *
 * <p>A fingerprint is folded into 64 bits, of which the lower ones are its place and the upper 32 the entry: every series of
 * every write is looked up, so a table must stay in the cache. Threads share the tables without locks. An entry that is wrong
 * or lost costs no more than labels that are sent once too often, for an ingester says which series it does not know.
 */
final class AcknowledgedSeries {
    private static final int MIN_SLOTS = 1 << 12;
    /** Longer than nearly every run of entries in a table that is half full. */
    private static final int MAX_PROBES = 128;

    /** Was an entry: those behind it are still found. Empty is 0. */
    private static final int GONE = 1;

    private static final class Generation {
        final int[] entries;
        final int mask;
        final AtomicInteger used = new AtomicInteger();

        Generation(int slots) {
            this.entries = new int[slots];
            this.mask = slots - 1;
        }
    }

    private final int maxSlots;
    private volatile Generation young;
    private volatile Generation old;

    /** @param maxBytes what both generations may take together; below 32 KiB nothing is remembered */
    AcknowledgedSeries(long maxBytes) {
        long slots = Math.min(maxBytes / 2 / Integer.BYTES, 1 << 28);
        this.maxSlots = slots < MIN_SLOTS ? 0 : (int) Long.highestOneBit(slots);
        this.young = new Generation(Math.min(MIN_SLOTS, Math.max(maxSlots, 1)));
        this.old = young;
    }

    static long tag(long fingerprintHi, long fingerprintLo) {
        return fingerprintHi ^ Long.rotateLeft(fingerprintLo, 32);
    }

    private static int entry(long tag) {
        int entry = (int) (tag >>> 32);
        return entry == 0 || entry == GONE ? 2 : entry;
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
        int entry = entry(tag);
        int slot = (int) tag & in.mask;
        for (int probe = 0; probe < MAX_PROBES; probe++) {
            int found = in.entries[slot];
            if (found == entry) {
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
        int slot = place(into, tag);
        if (slot < 0) {
            turn(into);
            into = young;
            slot = place(into, tag);
        }
        if (slot >= 0 && into.entries[slot] != entry(tag)) {
            into.entries[slot] = entry(tag);
            if (into.used.incrementAndGet() > into.mask / 2) {
                turn(into);
            }
        }
    }

    /** Where it is or may be put: a free place, or one that was given up; negative where there is none near enough. */
    private static int place(Generation in, long tag) {
        int entry = entry(tag);
        int slot = (int) tag & in.mask;
        int free = -1;
        for (int probe = 0; probe < MAX_PROBES; probe++) {
            int found = in.entries[slot];
            if (found == entry) {
                return slot;
            }
            if (found == GONE && free < 0) {
                free = slot;
            }
            if (found == 0) {
                return free < 0 ? slot : free;
            }
            slot = (slot + 1) & in.mask;
        }
        return free;
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
                in.entries[slot] = GONE;
            }
        }
    }
}
