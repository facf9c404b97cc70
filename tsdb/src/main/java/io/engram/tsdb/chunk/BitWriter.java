package io.engram.tsdb.chunk;

import java.util.Arrays;

/** A stream of bits in a growing array, with the number formats that histogram chunks are made of. For one thread. */
final class BitWriter {
    /** The window of {@link #putXor} before a value has been written. */
    static final long NO_WINDOW = -1;

    private static final int FIRST_BYTES = 128;

    byte[] bytes = new byte[FIRST_BYTES];
    private long bits;

    /** Begins anew behind {@code headerBytes} zeros. */
    void reset(int headerBytes) {
        Arrays.fill(bytes, 0, byteLength(), (byte) 0);
        bits = 8L * headerBytes;
    }

    /** Goes on behind the {@code bitLength} bits of {@code from}, which are copied; what follows them must be zero. */
    void resume(byte[] from, int offset, int length, long bitLength) {
        bytes = Arrays.copyOf(Arrays.copyOfRange(from, offset, offset + length), Math.max(FIRST_BYTES, length + 16));
        bits = bitLength;
    }

    /** Bytes begun. */
    int byteLength() {
        return (int) (bits + 7 >>> 3);
    }

    /** Appends the lower {@code n} bits, 1 to 64; those above are ignored. */
    void put(long value, int n) {
        int at = (int) (bits >>> 3);
        if (at + 9 > bytes.length) {
            bytes = Arrays.copyOf(bytes, 2 * bytes.length);
        }
        long left = value << (64 - n); // the bits to write, leftmost first
        int used = (int) (bits & 7);
        bytes[at] |= (byte) (left >>> (56 + used));
        left <<= 8 - used;
        for (int rest = n - (8 - used); rest > 0; rest -= 8) {
            bytes[++at] = (byte) (left >>> 56);
            left <<= 8;
        }
        bits += n;
    }

    /** Zero is one bit; otherwise as many ones as the class has, a zero, and the class' number of bits. */
    void putVarbit(long value) {
        if (value == 0) {
            put(0, 1);
        } else {
            putClass(value, Varbit.signedClass(value));
        }
    }

    void putUnsignedVarbit(long value) {
        if (value == 0) {
            put(0, 1);
        } else {
            putClass(value, Varbit.unsignedClass(value));
        }
    }

    private void putClass(long value, int ones) {
        if (ones == Varbit.LARGEST) {
            put(0xFF, 8);
        } else {
            put((1L << ones + 1) - 2, ones + 1);
        }
        put(value, Varbit.WIDTH[ones]);
    }

    /**
     * Appends what has changed from {@code before} to {@code now}.
     *
     * @param window what the last call for this value returned, {@link #NO_WINDOW} before the first
     * @return the bits in which the value changes: leading zeros above eight bits of trailing zeros
     */
    long putXor(long now, long before, long window) {
        long xor = now ^ before;
        if (xor == 0) {
            put(0, 1);
            return window;
        }
        int leading = Math.min(31, Long.numberOfLeadingZeros(xor));
        int trailing = Long.numberOfTrailingZeros(xor);
        if (window != NO_WINDOW && leading >= window >>> 8 && trailing >= (window & 0xFF)) {
            put(0b10, 2);
            int unchanged = (int) (window & 0xFF);
            put(xor >>> unchanged, 64 - (int) (window >>> 8) - unchanged);
            return window;
        }
        int length = 64 - leading - trailing;
        put(0b11L << 11 | (long) leading << 6 | length & 63, 13); // a length of 64 is written as 0
        put(xor >>> trailing, length);
        return (long) leading << 8 | trailing;
    }

    /** One byte for zero and for powers of two from 2^-243 to 2^10, nine for others. */
    void putZeroThreshold(double threshold) {
        if (threshold == 0) {
            put(0, 8);
            return;
        }
        long raw = Double.doubleToRawLongBits(threshold);
        int exponent = Math.getExponent(threshold) + 1; // of a fraction from 0.5 to 1
        if (raw << 12 != 0 || raw < 0 || exponent < -242 || exponent > 11) {
            put(255, 8);
            put(raw, 64);
        } else {
            put(exponent + 243, 8);
        }
    }

    /** Thousandths up to 33554.430 as a number; others as a zero bit and the double. */
    void putBound(double bound) {
        double thousandths = bound * 1000;
        if (thousandths < 0 || thousandths > 33_554_430 || Math.round(thousandths) / 1000.0 != bound) {
            put(0, 1);
            put(Double.doubleToRawLongBits(bound), 64);
        } else {
            putUnsignedVarbit(Math.round(thousandths) + 1);
        }
    }
}
