package io.engram.distributor;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** The protobuf wire format: what the scanner's fast and slow paths share. */
final class Wire {
    /** Bytes that must follow a body in its array, so that loads of eight bytes need no check of their own. */
    static final int SLACK = 32;

    static final int VARINT = 0;
    static final int FIXED64 = 1;
    static final int LENGTH_DELIMITED = 2;
    static final int GROUP_START = 3;
    static final int GROUP_END = 4;
    static final int FIXED32 = 5;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Wire() {}

    static long longAt(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    /** How many bytes the shortest varint of {@code length} takes. */
    static int varintSize(int length) {
        return (38 - Integer.numberOfLeadingZeros(length | 1)) / 7;
    }

    /** Writes the shortest varint; returns where it ends. */
    static int putVarint(byte[] into, int at, int length) {
        int rest = length;
        while (rest > 0x7F) {
            into[at++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        into[at++] = (byte) rest;
        return at;
    }
}
