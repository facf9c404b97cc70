package io.engram.model.read;

import java.util.Arrays;

/**
 * The labels of some series as canonical bytes, one series after the other: {@code 0A length 0A nameLength name 12
 * valueLength value} for each label, lengths as varints, text in UTF-8. Filled and read again and again; one thread at a
 * time.
 */
public final class LabelsBatch {
    private byte[] bytes = new byte[4 << 10];
    private int[] ends = new int[16];
    private int count;

    /** Receives the labels of a series; the bytes are borrowed until it returns. */
    @FunctionalInterface
    public interface LabelVisitor<E extends Exception> {
        void label(byte[] bytes, int nameFrom, int nameLength, int valueFrom, int valueLength) throws E;
    }

    public void clear() {
        count = 0;
    }

    public int count() {
        return count;
    }

    /** Bytes of all series together. */
    public int sizeBytes() {
        return count == 0 ? 0 : ends[count - 1];
    }

    /** Makes room for the next series, which begins at {@link #sizeBytes()} of the result. */
    public byte[] makeRoom(int length) {
        int used = sizeBytes();
        if (bytes.length - used < length) {
            bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, used + length));
        }
        return bytes;
    }

    /** Says that the next series was written, this long. */
    public void add(int length) {
        int used = sizeBytes();
        if (count == ends.length) {
            ends = Arrays.copyOf(ends, 2 * count);
        }
        ends[count++] = used + length;
    }

    /** Walks the labels of one series, in order. */
    public <E extends Exception> void forEachLabel(int series, LabelVisitor<E> visitor) throws E {
        int at = series == 0 ? 0 : ends[series - 1];
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
