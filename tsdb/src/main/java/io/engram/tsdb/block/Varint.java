package io.engram.tsdb.block;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The numbers of Prometheus' files, written into arrays: big-endian ones, and those of seven bits a byte. */
final class Varint {
    /** What a number takes at most. */
    static final int MAX_BYTES = 10;

    private static final VarHandle INT_BE = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle LONG_BE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private Varint() {}

    /** Writes an unsigned number; returns the place behind it. */
    static int put(byte[] into, int at, long value) {
        int end = at;
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            into[end++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        into[end++] = (byte) rest;
        return end;
    }

    /** Writes a number that may be negative; returns the place behind it. */
    static int putSigned(byte[] into, int at, long value) {
        return put(into, at, (value << 1) ^ (value >> 63));
    }

    static int size(long value) {
        return 1 + (63 - Long.numberOfLeadingZeros(value | 1)) / 7;
    }

    static int putInt(byte[] into, int at, int value) {
        INT_BE.set(into, at, value);
        return at + 4;
    }

    static int putLong(byte[] into, int at, long value) {
        LONG_BE.set(into, at, value);
        return at + 8;
    }

    static int getInt(byte[] from, int at) {
        return (int) INT_BE.get(from, at);
    }

    static long getLong(byte[] from, int at) {
        return (long) LONG_BE.get(from, at);
    }
}
