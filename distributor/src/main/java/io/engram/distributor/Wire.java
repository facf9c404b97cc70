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

    /** Tags of canonical labels: the field {@code labels} of a series, and name and value in it. */
    static final byte LABELS = 0x0A;

    static final byte LABEL_NAME = 0x0A;
    static final byte LABEL_VALUE = 0x12;

    /** Tags of samples, the same in both versions: the field of the series, and value and timestamp in it. */
    static final byte SAMPLES = 0x12;

    static final byte SAMPLE_VALUE = 0x09;
    static final byte SAMPLE_TIMESTAMP = 0x10;

    /** The longest varint that {@link #varint} reads. */
    static final int WORD = 8;

    private static final long CONTINUED = 0x8080808080808080L;
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

    private Wire() {}

    static long longAt(byte[] bytes, int at) {
        return (long) LONG.get(bytes, at);
    }

    /** Copies eight bytes at a time, so up to seven more than asked for; the two ranges do not overlap. */
    static void copy(byte[] bytes, int from, int to, int length) {
        for (int done = 0; done < length; done += 8) {
            LONG.set(bytes, to + done, (long) LONG.get(bytes, from + done));
        }
    }

    /** How many bytes the varint takes that begins {@code word}, eight bytes of a message; 9 where it is longer. */
    static int varintLength(long word) {
        // All bytes but the last say that more follow.
        return (Long.numberOfTrailingZeros(~word & CONTINUED) >>> 3) + 1;
    }

    /** The varint that begins {@code word}, of at most eight bytes: their lower seven bits, put together. */
    static long varint(long word) {
        long last = ~word & CONTINUED;
        return Long.compress(word & (last ^ (last - 1)), ~CONTINUED);
    }

    /** How many varints end in the first {@code count} bytes of {@code word}, of which there are eight. */
    static int varintEnds(long word, int count) {
        long last = ~word & CONTINUED;
        return Long.bitCount(count == WORD ? last : last & ~(-1L << 8 * count));
    }

    /** What a {@code sint32} or {@code sint64} means. */
    static long zigzag(long encoded) {
        return (encoded >>> 1) ^ -(encoded & 1);
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
