package io.engram.tsdb.index;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/**
 * The spelling of a pair, as in a remote write request: {@code 0A nameLen name 12 valueLen value}. It says itself where
 * it ends, so two pairs are equal where the bytes of one are.
 */
final class PairBytes {
    static final byte NAME_TAG = 0x0A;
    static final byte VALUE_TAG = 0x12;

    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long K0 = 0x9E3779B97F4A7C15L;
    private static final long K1 = 0xD1B54A32D192ED03L;

    /** Label values come from strangers: without the seed they cannot choose values that collide. */
    private static final long SEED = new SplittableRandom().nextLong();

    private PairBytes() {}

    static byte[] of(String name, String value) {
        byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
        byte[] valueBytes = value.getBytes(StandardCharsets.UTF_8);
        byte[] pair = new byte
                [2
                        + varintLength(nameBytes.length)
                        + nameBytes.length
                        + varintLength(valueBytes.length)
                        + valueBytes.length];
        pair[0] = NAME_TAG;
        int at = putVarint(pair, 1, nameBytes.length);
        System.arraycopy(nameBytes, 0, pair, at, nameBytes.length);
        at += nameBytes.length;
        pair[at] = VALUE_TAG;
        at = putVarint(pair, at + 1, valueBytes.length);
        System.arraycopy(valueBytes, 0, pair, at, valueBytes.length);
        return pair;
    }

    /** Where the name begins; its length is the varint before. */
    static int nameAt(byte[] bytes, int pair) {
        return pair + 1 + varintLength(varint(bytes, pair + 1));
    }

    static int nameLength(byte[] bytes, int pair) {
        return varint(bytes, pair + 1);
    }

    /** Where the varint with the length of the value is; the value follows it. */
    static int valueLengthAt(byte[] bytes, int pair) {
        int length = varint(bytes, pair + 1);
        return pair + 1 + varintLength(length) + length + 1;
    }

    static int length(byte[] bytes, int pair) {
        int at = valueLengthAt(bytes, pair);
        int length = varint(bytes, at);
        return at + varintLength(length) + length - pair;
    }

    /**
     * @throws IllegalArgumentException where the bytes are no pair, or not exactly one
     */
    static void check(byte[] bytes, int from, int length) {
        int end = from + length;
        int at = from;
        for (byte tag : new byte[] {NAME_TAG, VALUE_TAG}) {
            if (at + 2 > end || bytes[at] != tag) {
                throw notCanonical(at);
            }
            int size = varint(bytes, at + 1);
            at += 1 + varintLength(size);
            if (size < 0 || size > end - at) {
                throw notCanonical(at);
            }
            at += size;
        }
        if (at != end) {
            throw notCanonical(at);
        }
    }

    static IllegalArgumentException notCanonical(int at) {
        return new IllegalArgumentException("labels are not in canonical form at byte " + at);
    }

    /** A varint of up to 31 bits. */
    static int varint(byte[] bytes, int at) {
        int value = bytes[at];
        if (value >= 0) {
            return value;
        }
        value &= 0x7F;
        for (int shift = 7; shift < 32; shift += 7) {
            byte next = bytes[++at];
            value |= (next & 0x7F) << shift;
            if (next >= 0) {
                break;
            }
        }
        return value;
    }

    /** Length of the shortest varint for a value. */
    static int varintLength(int value) {
        return value >>> 7 == 0 ? 1 : value >>> 14 == 0 ? 2 : value >>> 21 == 0 ? 3 : value >>> 28 == 0 ? 4 : 5;
    }

    /** Returns where the next byte goes. */
    static int putVarint(byte[] bytes, int at, int value) {
        while (value >>> 7 != 0) {
            bytes[at++] = (byte) (value | 0x80);
            value >>>= 7;
        }
        bytes[at++] = (byte) value;
        return at;
    }

    /** Multiply and fold, eight bytes at a time; good in all its bits. */
    static long hash(byte[] bytes, int from, int length) {
        long hash = SEED ^ length * K0;
        int at = from;
        int end = from + length;
        for (; at + 16 <= end; at += 16) {
            hash = fold((long) LONG.get(bytes, at) ^ hash, (long) LONG.get(bytes, at + 8) ^ K1);
        }
        int rest = end - at;
        long a = 0;
        long b = 0;
        if (rest >= 8) {
            a = (long) LONG.get(bytes, at);
            b = (long) LONG.get(bytes, end - 8);
        } else if (rest >= 4) {
            a = (int) INT.get(bytes, at);
            b = (int) INT.get(bytes, end - 4);
        } else if (rest > 0) {
            a = bytes[at] << 16 | (bytes[at + (rest >> 1)] & 0xFF) << 8 | (bytes[end - 1] & 0xFF);
        }
        return fold(fold(a ^ hash, b ^ K1), hash ^ K0);
    }

    private static long fold(long a, long b) {
        return a * b ^ Math.unsignedMultiplyHigh(a, b);
    }
}
