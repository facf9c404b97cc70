package io.engram.tsdb.block;

import java.util.Arrays;

/**
 * A number for each label pair of a block: open addressing over longs, 32 to 64 bytes a pair, no objects. A pair is known by
 * the symbols of its name and its value. For one thread.
 */
final class PairTable {
    private static final long EMPTY = -1;
    private static final int FIRST_PAIRS = 1 << 12;

    /** Key and value of each slot in turn, so that a look-up touches one line of memory. */
    private long[] slots = empty(FIRST_PAIRS);

    private int size;

    private static long[] empty(int pairs) {
        long[] slots = new long[2 * pairs];
        for (int i = 0; i < slots.length; i += 2) {
            slots[i] = EMPTY;
        }
        return slots;
    }

    static long key(int name, int value) {
        return (long) name << 32 | value;
    }

    static int name(long key) {
        return (int) (key >>> 32);
    }

    static int value(long key) {
        return (int) key;
    }

    /** Adds one to the pair's value, which is 0 at first. Returns its slot, which holds until {@link #capacity} changes. */
    int count(long key) {
        int slot = slot(key);
        if (slots[slot] == EMPTY) {
            if (4L * (size + 1) > slots.length) {
                grow();
                slot = slot(key);
            }
            slots[slot] = key;
            size++;
        }
        slots[slot + 1]++;
        return slot;
    }

    int capacity() {
        return slots.length;
    }

    long get(int slot) {
        return slots[slot + 1];
    }

    void set(int slot, long value) {
        slots[slot + 1] = value;
    }

    /** Gives all pairs a value. */
    void fill(long value) {
        for (int i = 1; i < slots.length; i += 2) {
            slots[i] = value;
        }
    }

    /** All pairs, by name and then value: symbols are numbered in their order. */
    long[] sortedKeys() {
        long[] sorted = new long[size];
        int n = 0;
        for (int i = 0; i < slots.length; i += 2) {
            if (slots[i] != EMPTY) {
                sorted[n++] = slots[i];
            }
        }
        Arrays.sort(sorted);
        return sorted;
    }

    /** Where a pair is, or would be. */
    int slot(long key) {
        int mask = slots.length - 1;
        long hash = key * 0x9E3779B97F4A7C15L;
        int slot = (int) (hash >>> 32) << 1 & mask;
        while (slots[slot] != key && slots[slot] != EMPTY) {
            slot = slot + 2 & mask;
        }
        return slot;
    }

    private void grow() {
        if (slots.length == 1 << 30) {
            throw new IllegalStateException("a block with " + size + " label pairs is more than can be written");
        }
        long[] old = slots;
        slots = empty(old.length);
        for (int i = 0; i < old.length; i += 2) {
            if (old[i] != EMPTY) {
                int slot = slot(old[i]);
                slots[slot] = old[i];
                slots[slot + 1] = old[i + 1];
            }
        }
    }
}
