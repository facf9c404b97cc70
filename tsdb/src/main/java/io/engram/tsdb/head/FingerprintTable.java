package io.engram.tsdb.head;

/**
 * From fingerprint to series number, for one stripe: open addressing over slots of a 32-bit tag (the fingerprint's lower
 * half) and a 32-bit series number. A tag can lie; the caller compares the whole fingerprint in the series' record, which
 * it needs next anyway. Guarded by the stripe's lock.
 */
final class FingerprintTable {
    private static final int START_SLOTS = 4;

    /** {@code tag << 32 | series + 1}; 0 is free. */
    private long[] slots = new long[START_SLOTS];

    private int size;

    int size() {
        return size;
    }

    /** Slots there are, to walk over them with {@link #seriesAt}. */
    int slotCount() {
        return slots.length;
    }

    /** The series in a slot, or -1. */
    int seriesAt(int slot) {
        return (int) slots[slot] - 1;
    }

    long bytes() {
        return 16 + 8L * slots.length;
    }

    /** The first slot where a series with this fingerprint can be; to be looked at with {@link #seriesAt}. */
    int firstSlot(long fingerprintLo) {
        return nextMatch((int) fingerprintLo, home((int) fingerprintLo));
    }

    /** The next slot with the same tag. */
    int nextSlot(int slot, long fingerprintLo) {
        return nextMatch((int) fingerprintLo, slot + 1 & slots.length - 1);
    }

    private int nextMatch(int tag, int from) {
        long[] all = slots;
        int mask = all.length - 1;
        int i = from & mask;
        while (true) {
            long slot = all[i];
            if (slot == 0) {
                return -1;
            }
            if ((int) (slot >>> 32) == tag) {
                return i;
            }
            i = i + 1 & mask;
        }
    }

    void add(long fingerprintLo, int series) {
        if (5 * (size + 1) > 4 * slots.length - slots.length / 2) { // 0.7
            grow();
        }
        place((long) (int) fingerprintLo << 32 | series + 1 & 0xFFFFFFFFL);
        size++;
    }

    /** Takes out the series in this slot; those behind it move up, so that no tombstone is needed. */
    void remove(int slot) {
        int mask = slots.length - 1;
        int hole = slot;
        int i = hole;
        while (true) {
            i = i + 1 & mask;
            long moving = slots[i];
            if (moving == 0) {
                break;
            }
            int wanted = home((int) (moving >>> 32)) & mask;
            if ((i - wanted & mask) >= (i - hole & mask)) {
                slots[hole] = moving;
                hole = i;
            }
        }
        slots[hole] = 0;
        size--;
    }

    private void grow() {
        long[] old = slots;
        slots = new long[2 * old.length];
        for (long slot : old) {
            if (slot != 0) {
                place(slot);
            }
        }
    }

    private void place(long entry) {
        int mask = slots.length - 1;
        int i = home((int) (entry >>> 32)) & mask;
        while (slots[i] != 0) {
            i = i + 1 & mask;
        }
        slots[i] = entry;
    }

    /** Upper bits of the tag count as well, lest the tags that share a chain agree in more bits than they must. */
    private static int home(int tag) {
        return tag ^ tag >>> 15;
    }
}
