package io.engram.tsdb.index;

import io.engram.tsdb.slab.ByteSlab;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The pair ids of each series: in the slab, as varints, their count first; sorted by name as they came. One writer;
 * readers see the series below the limit of their view.
 */
final class SeriesLabels {
    private final ByteSlab slab;
    private final IntColumn address = new IntColumn();
    private volatile long addedBytes; // by the writer
    private final AtomicLong freedBytes = new AtomicLong(); // by whoever closes the last view

    SeriesLabels(ByteSlab slab) {
        this.slab = slab;
    }

    void add(int series, int[] pairIds, int from, int count) {
        int length = PairBytes.varintLength(count);
        for (int i = from; i < from + count; i++) {
            length += PairBytes.varintLength(pairIds[i]);
        }
        int slot = slab.allocate(length);
        byte[] page = slab.page(slot);
        int at = PairBytes.putVarint(page, ByteSlab.offset(slot), count);
        for (int i = from; i < from + count; i++) {
            at = PairBytes.putVarint(page, at, pairIds[i]);
        }
        addedBytes += ByteSlab.slotBytes(length);
        address.set(series, slot);
    }

    /** Returns how many; 0 where there is no such series. */
    int pairIds(int series, int[] into) {
        int slot = address.get(series);
        if (slot == ByteSlab.NONE) {
            return 0;
        }
        byte[] page = slab.page(slot);
        int at = ByteSlab.offset(slot);
        int count = PairBytes.varint(page, at);
        at += PairBytes.varintLength(count);
        for (int i = 0; i < count; i++) {
            into[i] = PairBytes.varint(page, at);
            at += PairBytes.varintLength(into[i]);
        }
        return count;
    }

    /** Reads them into {@code into}, or into a longer array where that is too short; {@link #count} says how many. */
    int[] readPairIds(int series, int[] into) {
        int count = count(series);
        int[] ids = count > into.length ? new int[count] : into;
        pairIds(series, ids);
        return ids;
    }

    /** The pair of a series that has this name, or -1. */
    int pairWithName(int series, int nameNumber, PairTable pairs) {
        int slot = address.get(series);
        if (slot == ByteSlab.NONE) {
            return -1;
        }
        byte[] page = slab.page(slot);
        int at = ByteSlab.offset(slot);
        int count = PairBytes.varint(page, at);
        at += PairBytes.varintLength(count);
        for (int i = 0; i < count; i++) {
            int id = PairBytes.varint(page, at);
            if (pairs.nameNumber(id) == nameNumber) {
                return id;
            }
            at += PairBytes.varintLength(id);
        }
        return -1;
    }

    /** How many labels a series has; 0 where there is no such series. */
    int count(int series) {
        int slot = address.get(series);
        return slot == ByteSlab.NONE ? 0 : PairBytes.varint(slab.page(slot), ByteSlab.offset(slot));
    }

    /**
     * Gives back the slot of a series that no reader can ask for any more. Any thread; so the column, which is the
     * writer's, keeps the address.
     */
    void free(int series) {
        int slot = address.get(series);
        byte[] page = slab.page(slot);
        int from = ByteSlab.offset(slot);
        int count = PairBytes.varint(page, from);
        int at = from + PairBytes.varintLength(count);
        for (int i = 0; i < count; at++) {
            i += page[at] >= 0 ? 1 : 0;
        }
        freedBytes.addAndGet(ByteSlab.slotBytes(at - from));
        slab.free(slot, at - from);
    }

    long bytes() {
        return addedBytes - freedBytes.get() + address.bytes();
    }
}
