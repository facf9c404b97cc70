package io.engram.distributor;

import java.util.Arrays;

/** A set of hashes that grows up to a bound. Not safe for threads. */
final class LongSet {
    private static final int FIRST_SLOTS = 64;

    private final int maxSlots;
    private long[] slots = new long[0];
    private int size;

    /** @param maxSize what it holds at most, rounded up to a power of two */
    LongSet(int maxSize) {
        this.maxSlots = 2 * Math.max(FIRST_SLOTS / 2, Integer.highestOneBit(2 * maxSize - 1));
    }

    boolean contains(long hash) {
        return size > 0 && slots[slot(hash)] != 0;
    }

    /** Adds; false where it was there. A full set is emptied first: whoever is told to forget asks again. */
    boolean add(long hash) {
        if (2 * size >= slots.length) {
            grow();
        }
        int slot = slot(hash);
        if (slots[slot] != 0) {
            return false;
        }
        slots[slot] = key(hash);
        size++;
        return true;
    }

    private void grow() {
        long[] old = slots;
        if (old.length == maxSlots) {
            clear();
            return;
        }
        slots = new long[Math.max(FIRST_SLOTS, 2 * old.length)];
        for (long key : old) {
            if (key != 0) {
                slots[slot(key)] = key;
            }
        }
    }

    private int slot(long hash) {
        long key = key(hash);
        int mask = slots.length - 1;
        int slot = (int) (key >>> 32) & mask;
        while (slots[slot] != 0 && slots[slot] != key) {
            slot = (slot + 1) & mask;
        }
        return slot;
    }

    /** Zero marks a free slot. */
    private static long key(long hash) {
        return hash == 0 ? 1 : hash;
    }

    void clear() {
        if (size > 0) {
            size = 0;
            Arrays.fill(slots, 0);
        }
    }
}
