package io.engram.tsdb.index;

import io.engram.model.regex.Regex;
import io.engram.tsdb.slab.ByteSlab;
import java.util.Arrays;
import org.roaringbitmap.RoaringBitmap;

/**
 * What a view reads: the structures of the index and how far it may look into them.
 *
 * @param absent numbers below the limit that are no series; never changes
 * @param generation how many removals came before
 * @param limit one past the highest number
 */
record Snapshot(
        PairTable pairs, Postings postings, SeriesLabels series, RoaringBitmap absent, int generation, int limit) {
    RoaringBitmap all() {
        var all = new RoaringBitmap();
        all.add(0L, limit);
        all.andNot(absent);
        return all;
    }

    boolean has(int number) {
        return number >= 0 && number < limit && (absent.isEmpty() || !absent.contains(number));
    }

    /** The series' pair with this name, or -1. */
    int pairOf(int number, NameEntry name) {
        return series.pairWithName(number, name.number, pairs);
    }

    /** The first eight bytes of a value, compared unsigned; zeros where it is shorter. */
    long valueKey(int pairId) {
        int address = pairs.address(pairId);
        byte[] page = pairs.slab().page(address);
        int lengthAt = PairBytes.valueLengthAt(page, ByteSlab.offset(address));
        int length = PairBytes.varint(page, lengthAt);
        int from = lengthAt + PairBytes.varintLength(length);
        long key = 0;
        for (int i = 0; i < 8; i++) {
            key = key << 8 | (i < length ? page[from + i] & 0xFF : 0);
        }
        return key;
    }

    int valueLength(int pairId) {
        int address = pairs.address(pairId);
        byte[] page = pairs.slab().page(address);
        return PairBytes.varint(page, PairBytes.valueLengthAt(page, ByteSlab.offset(address)));
    }

    int compareValues(int pairA, int pairB) {
        ByteSlab slab = pairs.slab();
        int addressA = pairs.address(pairA);
        int addressB = pairs.address(pairB);
        byte[] pageA = slab.page(addressA);
        byte[] pageB = slab.page(addressB);
        int lengthAtA = PairBytes.valueLengthAt(pageA, ByteSlab.offset(addressA));
        int lengthAtB = PairBytes.valueLengthAt(pageB, ByteSlab.offset(addressB));
        int lengthA = PairBytes.varint(pageA, lengthAtA);
        int lengthB = PairBytes.varint(pageB, lengthAtB);
        int fromA = lengthAtA + PairBytes.varintLength(lengthA);
        int fromB = lengthAtB + PairBytes.varintLength(lengthB);
        return Arrays.compareUnsigned(pageA, fromA, fromA + lengthA, pageB, fromB, fromB + lengthB);
    }

    /** Compares a value's first bytes, as many as the prefix has, with the prefix. */
    int comparePrefix(int pairId, byte[] prefix) {
        int address = pairs.address(pairId);
        byte[] page = pairs.slab().page(address);
        int lengthAt = PairBytes.valueLengthAt(page, ByteSlab.offset(address));
        int length = PairBytes.varint(page, lengthAt);
        int from = lengthAt + PairBytes.varintLength(length);
        return Arrays.compareUnsigned(page, from, from + Math.min(length, prefix.length), prefix, 0, prefix.length);
    }

    boolean matches(int pairId, Regex regex) {
        int address = pairs.address(pairId);
        byte[] page = pairs.slab().page(address);
        int lengthAt = PairBytes.valueLengthAt(page, ByteSlab.offset(address));
        int length = PairBytes.varint(page, lengthAt);
        int from = lengthAt + PairBytes.varintLength(length);
        return regex.matches(page, from, from + length);
    }
}
