package io.engram.tsdb.wal;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Bytes of a record in the making: grows, is reused, hands out its array. Not thread-safe. */
public final class RecordBuffer {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    byte[] bytes;
    int length;

    /** @param capacity in bytes, before it grows */
    public RecordBuffer(int capacity) {
        bytes = new byte[capacity];
    }

    public void clear() {
        length = 0;
    }

    /** In bytes. */
    public int length() {
        return length;
    }

    /** What was put, from index 0; until more is put. */
    public byte[] bytes() {
        return bytes;
    }

    void reserve(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, Math.max(Math.addExact(length, more), bytes.length * 2));
        }
    }

    /** One byte: the lower eight bits. */
    public void put(int value) {
        reserve(1);
        bytes[length++] = (byte) value;
    }

    public void put(byte[] source, int offset, int count) {
        reserve(count);
        System.arraycopy(source, offset, bytes, length, count);
        length += count;
    }

    /** Tenant ids are ASCII by construction; copied by character because that allocates nothing. */
    void putAscii(String text) {
        int count = text.length();
        putVarint(count);
        reserve(count);
        for (int i = 0; i < count; i++) {
            bytes[length + i] = (byte) text.charAt(i);
        }
        length += count;
    }

    /** Eight bytes, little-endian. */
    public void putLong(long value) {
        reserve(8);
        LONG.set(bytes, length, value);
        length += 8;
    }

    public void putZigzag(long value) {
        putVarint((value << 1) ^ (value >> 63));
    }

    /** An unsigned LEB128 of 1 to 10 bytes. */
    public void putVarint(long value) {
        reserve(10);
        length = varint(bytes, length, value);
    }

    /** Writes an unsigned LEB128 of 1 to 10 bytes; returns the place behind it. */
    static int varint(byte[] target, int at, long value) {
        while ((value & ~0x7fL) != 0) {
            target[at++] = (byte) (value | 0x80);
            value >>>= 7;
        }
        target[at++] = (byte) value;
        return at;
    }
}
