package io.engram.tsdb.block;

import java.util.Arrays;

/**
 * A number for each label pair of a block: open addressing over longs, 24 to 48 bytes a pair, no objects. A pair is known
 * by the symbols of its name and its value. For one thread.
 */
final class PairTable {
    private static final long EMPTY = -1;

    private long[] keys = new long[1 << 12];
    /** By slot: what the owner counts or keeps for the pair. */
    int[] values = new int[1 << 12];

    private int size;

    PairTable() {
        Arrays.fill(keys, EMPTY);
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

    int size() {
        return size;
    }

    /** Adds one to the pair's value, which is 0 at first. Returns its slot, which holds until {@link #capacity} changes. */
    int count(long key) {
        int slot = find(key);
        if (keys[slot] == EMPTY) {
            if (size + 1 > keys.length / 2) {
                grow();
                slot = find(key);
            }
            keys[slot] = key;
            size++;
        }
        values[slot]++;
        return slot;
    }

    int capacity() {
        return keys.length;
    }

    /** The slot of a pair that is there. */
    int slot(long key) {
        return find(key);
    }

    /** All pairs, by name and then value: symbols are numbered in their order. */
    long[] sortedKeys() {
        long[] sorted = new long[size];
        int n = 0;
        for (long key : keys) {
            if (key != EMPTY) {
                sorted[n++] = key;
            }
        }
        Arrays.sort(sorted);
        return sorted;
    }

    private int find(long key) {
        int mask = keys.length - 1;
        long hash = key * 0x9E3779B97F4A7C15L;
        int slot = (int) (hash >>> 32) & mask;
        while (keys[slot] != key && keys[slot] != EMPTY) {
            slot = slot + 1 & mask;
        }
        return slot;
    }

    private void grow() {
        if (keys.length == 1 << 30) {
            throw new IllegalStateException("a block with " + size + " label pairs is more than can be written");
        }
        long[] oldKeys = keys;
        int[] oldValues = values;
        keys = new long[2 * oldKeys.length];
        values = new int[keys.length];
        Arrays.fill(keys, EMPTY);
        for (int i = 0; i < oldKeys.length; i++) {
            if (oldKeys[i] != EMPTY) {
                int slot = find(oldKeys[i]);
                keys[slot] = oldKeys[i];
                values[slot] = oldValues[i];
            }
        }
    }
}
