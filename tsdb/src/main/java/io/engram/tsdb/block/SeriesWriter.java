package io.engram.tsdb.block;

import java.io.IOException;
import java.util.Arrays;

/** Writes the entries of series, and counts the series of each label pair. For one thread. */
final class SeriesWriter {
    /** What an entry takes at most for each label, and for each chunk. */
    private static final int LABEL_BYTES = 2 * Varint.MAX_BYTES;

    private static final int CHUNK_BYTES = 3 * Varint.MAX_BYTES;
    /** The length in front of an entry is written last; entries over 2 GiB do not occur. */
    private static final int LENGTH_ROOM = 5;

    private final FileOutput out;
    private final int symbolCount;
    private final PairTable pairs;
    private final long startOffset;
    private int[] last = {};
    /** Slots of the pairs of {@link #last}, good while the table has the capacity it had then. */
    private int[] slots = {};

    private int capacity;
    private int lastLength;
    private int count;

    SeriesWriter(FileOutput out, int symbolCount, PairTable pairs) {
        this.out = out;
        this.symbolCount = symbolCount;
        this.pairs = pairs;
        this.startOffset = out.position();
    }

    long startOffset() {
        return startOffset;
    }

    int count() {
        return count;
    }

    /**
     * Checks the labels of the next series: in range, names rising, and the whole above the series before.
     *
     * @param ids of names and values in turn
     */
    void check(int[] ids, int length) {
        if (length == 0 || length % 2 != 0) {
            throw new IllegalArgumentException("a series has " + length + " symbols, not one or more pairs of them");
        }
        for (int i = 0; i < length; i++) {
            if (ids[i] < 0 || ids[i] >= symbolCount) {
                throw new IllegalArgumentException("symbol " + ids[i] + " is not one of the " + symbolCount);
            }
            if (i >= 2 && i % 2 == 0 && ids[i] <= ids[i - 2]) {
                throw new IllegalArgumentException(
                        "label names of a series do not rise: symbols " + Arrays.toString(Arrays.copyOf(ids, length)));
            }
        }
        if (Arrays.compare(last, 0, lastLength, ids, 0, length) >= 0) {
            throw new IllegalArgumentException("series with symbols " + Arrays.toString(Arrays.copyOf(ids, length))
                    + " does not follow the one with " + Arrays.toString(Arrays.copyOf(last, lastLength)));
        }
    }

    /** Writes an entry; labels were checked. */
    void add(int[] ids, int length, ChunkList chunks) throws IOException {
        out.pad(IndexFormat.SERIES_ALIGNMENT);
        if (out.position() >= IndexFormat.MAX_INDEX_BYTES) {
            throw new IOException("an index of more than " + IndexFormat.MAX_INDEX_BYTES
                    + " bytes cannot be referred to; split the block");
        }
        int room = Math.addExact(
                LENGTH_ROOM + 2 * Varint.MAX_BYTES + length / 2 * LABEL_BYTES + IndexFormat.CRC_BYTES,
                Math.multiplyExact(chunks.count, CHUNK_BYTES));
        out.room(room);
        byte[] b = out.buffer;
        int start = out.at + LENGTH_ROOM;
        int at = Varint.put(b, start, length / 2);
        for (int i = 0; i < length; i++) {
            at = Varint.put(b, at, ids[i]);
        }
        at = chunks.write(b, at);
        int size = at - start;
        int body = Varint.put(b, out.at, size);
        System.arraycopy(b, start, b, body, size);
        out.at = body;
        out.beginChecksum();
        out.at = body + size;
        out.putChecksum();
        countPairs(ids, length);
        if (last.length < length) {
            last = new int[2 * length];
        }
        System.arraycopy(ids, 0, last, 0, length);
        lastLength = length;
        count++;
    }

    /** Neighbours in label order share most of their first labels, which then need not be looked up. */
    private void countPairs(int[] ids, int length) {
        if (slots.length < length / 2) {
            slots = Arrays.copyOf(slots, length);
        }
        int grownFrom = pairs.capacity();
        boolean known = capacity == grownFrom;
        for (int i = 0; i < length; i += 2) {
            if (known
                    && pairs.capacity() == grownFrom
                    && i < lastLength
                    && last[i] == ids[i]
                    && last[i + 1] == ids[i + 1]) {
                pairs.set(slots[i >> 1], pairs.get(slots[i >> 1]) + 1);
            } else {
                slots[i >> 1] = pairs.count(PairTable.key(ids[i], ids[i + 1]));
            }
        }
        // Where the table grew on the way, what was looked up before that is of the old one: look it up again next
        // time.
        capacity = grownFrom == pairs.capacity() ? grownFrom : -1;
    }
}
