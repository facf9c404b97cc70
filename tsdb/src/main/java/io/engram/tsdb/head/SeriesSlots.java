package io.engram.tsdb.head;

import io.engram.tsdb.slab.ByteSlab;
import java.util.Arrays;

/**
 * A slot of bytes for each of some series: open addressing from series number to address in the slab. What a slot holds,
 * and how long it is, is its owner's affair. Guarded by the lock of the owner's lane.
 */
final class SeriesSlots {
    private static final int START_SIZE = 8;
    private static final long[] NONE = {};

    private final ByteSlab slab;
    /** {@code address << 32 | series + 1}; 0 is free. */
    private long[] table = NONE;

    private int size;
    private long slotBytes;

    SeriesSlots(ByteSlab slab) {
        this.slab = slab;
    }

    int size() {
        return size;
    }

    /** Places of the table, to walk over with {@link #seriesAt} and {@link #addressAt}. */
    int placeCount() {
        return table.length;
    }

    /** The series at a place, or -1. */
    int seriesAt(int place) {
        return (int) table[place] - 1;
    }

    int addressAt(int place) {
        return (int) (table[place] >>> 32);
    }

    byte[] page(int address) {
        return slab.page(address);
    }

    static int offset(int address) {
        return ByteSlab.offset(address);
    }

    /** The address of the series' slot, or {@link ByteSlab#NONE}. */
    int find(int series) {
        int place = place(series);
        return place < 0 ? ByteSlab.NONE : addressAt(place);
    }

    /** Gives a series that has none a slot; its contents are undefined. */
    int add(int series, int length) {
        if (3 * size >= 2 * table.length) {
            grow();
        }
        int address = allocate(length);
        put((long) address << 32 | series + 1 & 0xFFFFFFFFL);
        size++;
        return address;
    }

    /** Gives a series another slot, with the front of what the one before held. */
    int resize(int series, int oldLength, int newLength) {
        int place = place(series);
        int old = addressAt(place);
        int address = allocate(newLength);
        System.arraycopy(page(old), offset(old), page(address), offset(address), Math.min(oldLength, newLength));
        free(old, oldLength);
        table[place] = (long) address << 32 | series + 1 & 0xFFFFFFFFL;
        return address;
    }

    /** Takes the slot of a series back; those behind it in the table move up, so that no tombstone is needed. */
    void remove(int series, int length) {
        int hole = place(series);
        free(addressAt(hole), length);
        int mask = table.length - 1;
        int i = hole;
        while (true) {
            i = i + 1 & mask;
            long moving = table[i];
            if (moving == 0) {
                break;
            }
            int wanted = home((int) moving) & mask;
            if ((i - wanted & mask) >= (i - hole & mask)) {
                table[hole] = moving;
                hole = i;
            }
        }
        table[hole] = 0;
        size--;
        if (size == 0) {
            table = NONE;
        }
    }

    /** Bytes that belong to a slot without being one of the table's. */
    int allocate(int length) {
        slotBytes += ByteSlab.slotBytes(length);
        return slab.allocate(length);
    }

    void free(int address, int length) {
        slotBytes -= ByteSlab.slotBytes(length);
        slab.free(address, length);
    }

    long bytes() {
        return slotBytes + 8L * table.length;
    }

    /** The series there are, to change the table while walking. */
    int[] series() {
        int[] all = new int[size];
        int n = 0;
        for (int place = 0; place < table.length; place++) {
            if (table[place] != 0) {
                all[n++] = seriesAt(place);
            }
        }
        return all;
    }

    private int place(int series) {
        if (table.length == 0) {
            return -1;
        }
        int mask = table.length - 1;
        int i = home(series + 1) & mask;
        while (table[i] != 0) {
            if ((int) table[i] == series + 1) {
                return i;
            }
            i = i + 1 & mask;
        }
        return -1;
    }

    private void grow() {
        long[] old = table;
        table = new long[Math.max(START_SIZE, 2 * old.length)];
        Arrays.stream(old).filter(entry -> entry != 0).forEach(this::put);
    }

    private void put(long entry) {
        int mask = table.length - 1;
        int i = home((int) entry) & mask;
        while (table[i] != 0) {
            i = i + 1 & mask;
        }
        table[i] = entry;
    }

    /** Numbers come in runs: a stripe has every sixteenth of them or so. */
    private static int home(int key) {
        int mixed = key * 0x9E3779B9;
        return mixed ^ mixed >>> 15;
    }
}
