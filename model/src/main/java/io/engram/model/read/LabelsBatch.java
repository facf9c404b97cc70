package io.engram.model.read;

import java.util.Arrays;

/**
 * The labels of some series as canonical bytes, one series after the other: {@code 0A length 0A nameLength name 12
 * valueLength value} for each label, lengths as varints, text in UTF-8. Filled and read again and again; one thread at a
 * time.
 */
public final class LabelsBatch {
    private static final byte LABEL_TAG = 0x0A;
    /** A tag and a varint. */
    private static final int MAX_HEAD_BYTES = 6;

    private byte[] bytes = new byte[4 << 10];
    private int used;
    private int[] ends = new int[16];
    private int count;

    /** Receives the labels of a series; the bytes are borrowed until it returns. */
    @FunctionalInterface
    public interface LabelVisitor<E extends Exception> {
        void label(byte[] bytes, int nameFrom, int nameLength, int valueFrom, int valueLength) throws E;
    }

    public void clear() {
        count = 0;
        used = 0;
    }

    public int count() {
        return count;
    }

    /** Bytes of all series together. */
    public int sizeBytes() {
        return used;
    }

    /**
     * Adds a label to the series that is being written; labels come sorted by name.
     *
     * @param pair {@code 0A nameLength name 12 valueLength value}; copied
     */
    public void addPair(byte[] pair, int from, int length) {
        if (bytes.length - used < length + MAX_HEAD_BYTES) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, used + length + MAX_HEAD_BYTES));
        }
        bytes[used++] = LABEL_TAG;
        for (int rest = length; ; rest >>>= 7) {
            if (rest < 0x80) {
                bytes[used++] = (byte) rest;
                break;
            }
            bytes[used++] = (byte) (rest | 0x80);
        }
        System.arraycopy(pair, from, bytes, used, length);
        used += length;
    }

    /** The labels of all series, one after the other, in the first {@link #sizeBytes}; borrowed until the next change. */
    public byte[] bytes() {
        return bytes;
    }

    /** Bytes of one series. */
    public int length(int series) {
        return ends[series] - (series == 0 ? 0 : ends[series - 1]);
    }

    /** Adds a series as {@link #bytes} has it; the labels must be whole. */
    public void addSeries(byte[] canonical, int from, int length) {
        if (bytes.length - used < length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, used + length));
        }
        System.arraycopy(canonical, from, bytes, used, length);
        used += length;
        endSeries();
    }

    /** The series has all its labels; the next one begins. */
    public void endSeries() {
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, 2 * count);
        }
        ends[count++] = used;
    }

    /** Adds a series of another batch. */
    public void addSeries(LabelsBatch from, int series) {
        int begin = from.begin(series);
        int length = from.ends[series] - begin;
        if (bytes.length - used < length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, used + length));
        }
        System.arraycopy(from.bytes, begin, bytes, used, length);
        used += length;
        endSeries();
    }

    /** 64 bits over the labels of one series: the same for the same labels, in whatever batch. */
    public long hash(int series) {
        long hash = 0xCBF29CE484222325L;
        for (int i = begin(series); i < ends[series]; i++) {
            hash = (hash ^ bytes[i]) * 0x9E3779B97F4A7C15L;
            hash ^= hash >>> 29;
        }
        return hash;
    }

    private int begin(int series) {
        return series == 0 ? 0 : ends[series - 1];
    }

    /** Walks the labels of one series, in order. */
    public <E extends Exception> void forEachLabel(int series, LabelVisitor<E> visitor) throws E {
        int at = begin(series);
        while (at < ends[series]) {
            at = behindVarint(at + 1); // the length of the pair, which says itself where it ends
            int nameFrom = behindVarint(at + 1);
            int nameLength = varint(at + 1);
            int valueAt = nameFrom + nameLength;
            int valueFrom = behindVarint(valueAt + 1);
            int valueLength = varint(valueAt + 1);
            visitor.label(bytes, nameFrom, nameLength, valueFrom, valueLength);
            at = valueFrom + valueLength;
        }
    }

    private int varint(int at) {
        int value = 0;
        for (int i = at, shift = 0; ; i++, shift += 7) {
            value |= (bytes[i] & 0x7F) << shift;
            if (bytes[i] >= 0) {
                return value;
            }
        }
    }

    private int behindVarint(int at) {
        int i = at;
        while (bytes[i] < 0) {
            i++;
        }
        return i + 1;
    }
}
