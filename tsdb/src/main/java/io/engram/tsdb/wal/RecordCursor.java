package io.engram.tsdb.wal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Reads a record's bytes in order and never beyond its end, whatever they say: then it throws. What is read is named for
 * the message. Not thread-safe.
 */
public final class RecordCursor {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    byte[] bytes;
    int at;
    private int start;
    private int end;

    /** The array that {@link #skip} names places of. */
    public byte[] bytes() {
        return bytes;
    }

    /** Begins at {@code offset}. */
    public void reset(byte[] source, int offset, int length) {
        bytes = source;
        start = offset;
        at = offset;
        end = offset + length;
    }

    public int remaining() {
        return end - at;
    }

    public int readByte(String what) throws CorruptRecord {
        if (at >= end) {
            throw endOf(what);
        }
        return bytes[at++] & 0xff;
    }

    public long readLong(String what) throws CorruptRecord {
        if (end - at < 8) {
            throw endOf(what);
        }
        long value = (long) LONG.get(bytes, at);
        at += 8;
        return value;
    }

    public long readZigzag(String what) throws CorruptRecord {
        long value = readVarint(what);
        return (value >>> 1) ^ -(value & 1);
    }

    public long readVarint(String what) throws CorruptRecord {
        long value = 0;
        for (int shift = 0; shift < 64; shift += 7) {
            if (at >= end) {
                throw endOf(what);
            }
            byte next = bytes[at++];
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
        throw corrupt(what + " of at most 10 bytes", "a longer one");
    }

    /** A number from 0 to {@code max} inclusive. */
    public int readCount(int max, String what) throws CorruptRecord {
        long value = readVarint(what);
        if (value < 0 || value > max) {
            throw corrupt(what + " of 0 to " + max, Long.toUnsignedString(value));
        }
        return (int) value;
    }

    /** Skips {@code count} bytes and returns the place of the first in {@link #bytes}. */
    public int skip(int count, String what) throws CorruptRecord {
        if (end - at < count) {
            throw endOf(what);
        }
        int from = at;
        at += count;
        return from;
    }

    public CorruptRecord corrupt(String expected, String found) {
        return new CorruptRecord(at - start, expected, found);
    }

    private CorruptRecord endOf(String what) {
        return corrupt(what, "the record's end");
    }
}
