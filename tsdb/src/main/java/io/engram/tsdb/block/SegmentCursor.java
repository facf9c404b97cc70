package io.engram.tsdb.block;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/** Reads numbers out of a section of an index in mapped memory, never beyond its end. For one thread. */
final class SegmentCursor {
    private static final ValueLayout.OfInt INT_BE = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    private final MemorySegment bytes;
    private final long end;
    private final BlockPath path;
    private final long shift;

    long at;

    /** @param offset in the file, of the segment's first byte */
    SegmentCursor(MemorySegment bytes, BlockPath path, long offset) {
        this.bytes = bytes;
        this.end = bytes.byteSize();
        this.path = path;
        this.shift = offset;
    }

    SegmentCursor at(long position) {
        at = position;
        return this;
    }

    boolean atEnd() {
        return at >= end;
    }

    long left() {
        return end - at;
    }

    CorruptBlock corrupt(String expected, String found) {
        return path.corrupt(shift + at, expected, found);
    }

    int u8() {
        need(1);
        return bytes.get(ValueLayout.JAVA_BYTE, at++) & 0xFF;
    }

    int i32() {
        need(4);
        int value = bytes.get(INT_BE, at);
        at += 4;
        return value;
    }

    private void need(long count) {
        if (count > end - at) {
            throw corrupt(count + " bytes", "the end of the section after " + (end - at));
        }
    }

    long uvarint() {
        long value = 0;
        for (int i = 0; i < Varint.MAX_BYTES; i++) {
            need(1);
            byte b = bytes.get(ValueLayout.JAVA_BYTE, at++);
            value |= (long) (b & 0x7F) << (7 * i);
            if (b >= 0) {
                return value;
            }
        }
        throw corrupt("a varint of 64 bits", "a larger one");
    }

    /** Reads a length; so many bytes follow, and are {@code at} then. */
    int length() {
        long length = uvarint();
        if (length < 0 || length > end - at || length > Integer.MAX_VALUE - 8) {
            throw corrupt("a length of up to " + (end - at), Long.toUnsignedString(length));
        }
        return (int) length;
    }

    /** Skips a string. */
    void skip() {
        int length = length();
        at += length;
    }

    /** Reads a string into an array of its own. */
    byte[] string() {
        byte[] value = new byte[length()];
        MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, value, 0, value.length);
        at += value.length;
        return value;
    }

    /** Compares the string that comes, by unsigned bytes, with {@code utf8}, and goes behind it. */
    int compareString(byte[] utf8) {
        int length = length();
        int n = Math.min(length, utf8.length);
        long from = at;
        at += length;
        for (int i = 0; i < n; i++) {
            int order = (bytes.get(ValueLayout.JAVA_BYTE, from + i) & 0xFF) - (utf8[i] & 0xFF);
            if (order != 0) {
                return order;
            }
        }
        return length - utf8.length;
    }

    MemorySegment bytes() {
        return bytes;
    }
}
