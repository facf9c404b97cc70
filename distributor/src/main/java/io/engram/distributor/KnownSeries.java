package io.engram.distributor;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Fingerprints of series whose labels were found good and canonical, so that they need no second look, each with its
 * placement. Bounded: two generations of an open-addressed table. What is found in the older one moves into the younger;
 * when the younger is full it becomes the older, and what nobody asked for since is forgotten. The next one is larger only
 * where that came soon: a table that holds all series that are sent is filled, slowly, by those that come and go.
 *
 * <p>Safe for many threads without locks on the way of a lookup. A slot is two words, of which readers may see one old
 * and one new: 96 bits must match, and the placement stands in the second word with the part that is compared, so a torn
 * slot is a miss. A miss, or an entry lost to a race, only costs another validation.
 */
final class KnownSeries {
    static final long MISS = -1;
    private static final long UPPER = 0xFFFFFFFF_00000000L;
    private static final int MIN_SLOTS = 1 << 12;
    /** How far a lookup looks before it gives up: one of a million places in a full table lies further. */
    private static final int MAX_PROBES = 128;
    /** A generation that was asked for so many series for each of its places was large enough. */
    static final int ASKED_ENOUGH = 4;

    /** One table, {@code 2 × slots} words long; entries are only added. */
    private static final class Generation {
        final long[] words;
        final int mask;
        final int capacity;
        final AtomicInteger used = new AtomicInteger();
        final AtomicLong asked = new AtomicLong();

        Generation(int slots) {
            this.words = new long[2 * slots];
            this.mask = slots - 1;
            this.capacity = slots / 8 * 5;
        }
    }

    private final int maxSlots;
    private volatile Generation young;
    private volatile Generation old;

    /** @param maxBytes what both generations may take together */
    KnownSeries(long maxBytes) {
        long slots = Math.clamp(maxBytes / 2 / 16, MIN_SLOTS, 1 << 28);
        this.maxSlots = (int) Long.highestOneBit(slots);
        this.young = new Generation(MIN_SLOTS);
        this.old = young;
    }

    /** The placement as an unsigned int, or {@link #MISS}. */
    long placement(long hi, long lo) {
        long found = find(young, hi, lo);
        if (found != MISS) {
            return found;
        }
        found = find(old, hi, lo);
        if (found != MISS) {
            add(hi, lo, (int) found);
        }
        return found;
    }

    /**
     * Looks up the first {@code count} fingerprints and writes their placements, or their ordinals into {@code missed}.
     * A loop of nothing else, so that the processor waits for many slots at the same time.
     *
     * @param salt mixed into each {@code hi}
     * @return how many are in {@code missed}; only the younger generation was asked about them
     */
    int placements(long[] hi, long[] lo, long salt, int count, int[] placement, int[] missed) {
        Generation generation = young;
        generation.asked.addAndGet(count);
        int missedCount = 0;
        for (int i = 0; i < count; i++) {
            long found = find(generation, hi[i] ^ salt, lo[i]);
            if (found == MISS) {
                missed[missedCount++] = i;
            } else {
                placement[i] = (int) found;
            }
        }
        return missedCount;
    }

    private static long find(Generation generation, long hi, long lo) {
        long[] words = generation.words;
        int slot = (int) lo & generation.mask;
        for (int probe = 0; probe < MAX_PROBES; probe++) {
            long first = words[2 * slot];
            if (first == hi && ((words[2 * slot + 1] ^ lo) & UPPER) == 0) {
                return words[2 * slot + 1] & ~UPPER;
            }
            if (first == 0) {
                return MISS;
            }
            slot = (slot + 1) & generation.mask;
        }
        return MISS;
    }

    void add(long hi, long lo, int placement) {
        Generation into = young;
        if (hi == 0) {
            return; // marks an empty slot; one series in 2^64 is validated each time
        }
        int slot = (int) lo & into.mask;
        for (int probe = 0; probe < MAX_PROBES; probe++) {
            if (into.words[2 * slot] == 0) {
                into.words[2 * slot + 1] = (lo & UPPER) | (placement & ~UPPER);
                into.words[2 * slot] = hi;
                if (into.used.incrementAndGet() > into.capacity) {
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
            boolean soon = full.asked.get() < (long) ASKED_ENOUGH * full.capacity;
            old = full;
            young = new Generation(Math.min(soon ? 2 * (full.mask + 1) : full.mask + 1, maxSlots));
        }
    }

    int slots() {
        return young.mask + 1;
    }
}
