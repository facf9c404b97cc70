package io.engram.model.hash;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.HexFormat;

/**
 * XXH3 with 128 bits and a seed, written so that a hash is two words in the caller's arrays and no object: it is
 * computed for every series of every write. The same function as {@code XXH3_128bits_withSeed}; tests hold it against
 * another implementation. Immutable, safe for many threads.
 *
 * <p>Three ways by length: up to 16 bytes a few multiplications; up to 240 pairs of 16 bytes from both ends; above that
 * eight lanes that take stripes of 64 bytes and are scrambled after every 1024.
 *
 * @see <a href="https://github.com/Cyan4973/xxHash/blob/dev/doc/xxhash_spec.md">the specification of xxHash</a>
 */
final class Xxh3 {
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private static final long PRIME32_1 = 0x9E3779B1L;
    private static final long PRIME32_2 = 0x85EBCA77L;
    private static final long PRIME32_3 = 0xC2B2AE3DL;
    private static final long PRIME64_1 = 0x9E3779B185EBCA87L;
    private static final long PRIME64_2 = 0xC2B2AE3D27D4EB4FL;
    private static final long PRIME64_3 = 0x165667B19E3779F9L;
    private static final long PRIME64_4 = 0x85EBCA77C2B2AE63L;
    private static final long PRIME64_5 = 0x27D4EB2F165667C5L;
    private static final long PRIME_MX1 = 0x165667919E3779F9L;
    private static final long PRIME_MX2 = 0x9FB21C651E98DF25L;

    private static final int STRIPE = 64;
    private static final int BLOCK = 1024;

    /** The 192 bytes that the specification prescribes. */
    private static final byte[] SECRET = HexFormat.of()
            .parseHex(
                    //
                    "b8fe6c3923a44bbe7c01812cf721ad1cded46de9839097db7240a4a4b7b3671f"
                            + "cb79e64eccc0e578825ad07dccff7221b8084674f743248ee03590e6813a264c"
                            + "3c2852bb91c300cb88d0658b1b532ea371644897a20df94e3819ef46a9deacd8"
                            + "a8fa763fe39c343ff9dcbbc7c70b4f1d8a51e04bcdb45931c89f7ec9d9787364"
                            + "eac5ac8334d3ebc3c581a0fffa1363eb170ddd51b7f0da49d316552629d4689e"
                            + "2b16be587d47a1fc8ff8b8d17ad031ce45cb3a8f95160428afd7fbcabb4b407e");

    private final long seed;
    /** The secret with the seed mixed in, as the words that stripes begin at: each stripe uses eight, one word on. */
    private final long[] stripeSecret = new long[24];

    private final long[] lastStripeSecret;
    private final long[] lowSecret;
    private final long[] highSecret;

    Xxh3(long seed) {
        this.seed = seed;
        byte[] mixed = new byte[SECRET.length];
        for (int i = 0; i < SECRET.length; i += 16) {
            LONG.set(mixed, i, word(SECRET, i) + seed);
            LONG.set(mixed, i + 8, word(SECRET, i + 8) - seed);
        }
        for (int i = 0; i < stripeSecret.length; i++) {
            stripeSecret[i] = word(mixed, 8 * i);
        }
        this.lastStripeSecret = eightWords(mixed, SECRET.length - STRIPE - 7);
        this.lowSecret = eightWords(mixed, 11);
        this.highSecret = eightWords(mixed, SECRET.length - STRIPE - 11);
    }

    private static long[] eightWords(byte[] bytes, int at) {
        long[] words = new long[8];
        for (int i = 0; i < 8; i++) {
            words[i] = word(bytes, at + 8 * i);
        }
        return words;
    }

    /** Hashes {@code bytes[offset .. offset+length)} into {@code hi[index]} and {@code lo[index]}. */
    void hash(byte[] bytes, int offset, int length, long[] hi, long[] lo, int index) {
        if (length > 240) {
            hashLong(bytes, offset, length, hi, lo, index);
        } else if (length > 16) {
            hashMiddle(bytes, offset, length, hi, lo, index);
        } else {
            hashShort(bytes, offset, length, hi, lo, index);
        }
    }

    private void hashShort(byte[] b, int at, int length, long[] hi, long[] lo, int index) {
        if (length > 8) {
            long first = word(b, at);
            long last = word(b, at + length - 8);
            long key = first ^ last ^ ((word(SECRET, 32) ^ word(SECRET, 40)) - seed);
            long low = key * PRIME64_1 + ((long) (length - 1) << 54);
            last ^= (word(SECRET, 48) ^ word(SECRET, 56)) + seed;
            long high = Math.unsignedMultiplyHigh(key, PRIME64_1) + last + (last & 0xFFFFFFFFL) * (PRIME32_2 - 1);
            low ^= Long.reverseBytes(high);
            lo[index] = avalanche(low * PRIME64_2);
            hi[index] = avalanche(Math.unsignedMultiplyHigh(low, PRIME64_2) + high * PRIME64_2);
        } else if (length >= 4) {
            long mixedSeed = seed ^ ((long) Integer.reverseBytes((int) seed) << 32);
            long input = (half(b, at) & 0xFFFFFFFFL) + ((long) half(b, at + length - 4) << 32);
            long key = input ^ ((word(SECRET, 16) ^ word(SECRET, 24)) + mixedSeed);
            long factor = PRIME64_1 + ((long) length << 2);
            long low = key * factor;
            long high = Math.unsignedMultiplyHigh(key, factor) + (low << 1);
            low ^= high >>> 3;
            low = (low ^ (low >>> 35)) * PRIME_MX2;
            lo[index] = low ^ (low >>> 28);
            hi[index] = avalanche(high);
        } else if (length > 0) {
            int combined = ((b[at] & 0xFF) << 16)
                    | ((b[at + (length >> 1)] & 0xFF) << 24)
                    | (b[at + length - 1] & 0xFF)
                    | (length << 8);
            int turned = Integer.rotateLeft(Integer.reverseBytes(combined), 13);
            long lowFlip = ((half(SECRET, 0) ^ half(SECRET, 4)) & 0xFFFFFFFFL) + seed;
            long highFlip = ((half(SECRET, 8) ^ half(SECRET, 12)) & 0xFFFFFFFFL) - seed;
            lo[index] = avalanche64((combined & 0xFFFFFFFFL) ^ lowFlip);
            hi[index] = avalanche64((turned & 0xFFFFFFFFL) ^ highFlip);
        } else {
            lo[index] = avalanche64(seed ^ word(SECRET, 64) ^ word(SECRET, 72));
            hi[index] = avalanche64(seed ^ word(SECRET, 80) ^ word(SECRET, 88));
        }
    }

    private void hashMiddle(byte[] b, int at, int length, long[] hi, long[] lo, int index) {
        long low = length * PRIME64_1;
        long high = 0;
        int end = at + length;
        if (length <= 128) {
            for (int i = (length - 1) / 32; i >= 0; i--) {
                int front = at + 16 * i;
                int back = end - 16 * (i + 1);
                low = (low + mix16(b, front, 32 * i, seed)) ^ (word(b, back) + word(b, back + 8));
                high = (high + mix16(b, back, 32 * i + 16, seed)) ^ (word(b, front) + word(b, front + 8));
            }
        } else {
            int pair = 0;
            for (; pair < 4; pair++) {
                int front = at + 32 * pair;
                low = (low + mix16(b, front, 32 * pair, seed)) ^ (word(b, front + 16) + word(b, front + 24));
                high = (high + mix16(b, front + 16, 32 * pair + 16, seed)) ^ (word(b, front) + word(b, front + 8));
            }
            low = avalanche(low);
            high = avalanche(high);
            for (; pair < length / 32; pair++) {
                int front = at + 32 * pair;
                int secret = 3 + 32 * (pair - 4);
                low = (low + mix16(b, front, secret, seed)) ^ (word(b, front + 16) + word(b, front + 24));
                high = (high + mix16(b, front + 16, secret + 16, seed)) ^ (word(b, front) + word(b, front + 8));
            }
            low = (low + mix16(b, end - 16, 103, -seed)) ^ (word(b, end - 32) + word(b, end - 24));
            high = (high + mix16(b, end - 32, 119, -seed)) ^ (word(b, end - 16) + word(b, end - 8));
        }
        lo[index] = avalanche(low + high);
        hi[index] = -avalanche(low * PRIME64_1 + high * PRIME64_4 + (length - seed) * PRIME64_2);
    }

    private static long mix16(byte[] b, int at, int secretAt, long seed) {
        return fold(
                word(b, at) ^ (word(SECRET, secretAt) + seed), word(b, at + 8) ^ (word(SECRET, secretAt + 8) - seed));
    }

    private void hashLong(byte[] b, int at, int length, long[] hi, long[] lo, int index) {
        long a0 = PRIME32_3;
        long a1 = PRIME64_1;
        long a2 = PRIME64_2;
        long a3 = PRIME64_3;
        long a4 = PRIME64_4;
        long a5 = PRIME32_2;
        long a6 = PRIME64_5;
        long a7 = PRIME32_1;
        long[] secret = stripeSecret;
        int end = at + length;
        // The last stripe is always taken from the end, so whole stripes stop one byte short of it.
        int stripes = (length - 1) / STRIPE;
        int inBlock = 0;
        int p = at;
        for (int stripe = 0; stripe <= stripes; stripe++) {
            int s = inBlock;
            if (stripe == stripes) {
                p = end - STRIPE;
                secret = lastStripeSecret;
                s = 0;
            }
            long d0 = word(b, p);
            long d1 = word(b, p + 8);
            long d2 = word(b, p + 16);
            long d3 = word(b, p + 24);
            long d4 = word(b, p + 32);
            long d5 = word(b, p + 40);
            long d6 = word(b, p + 48);
            long d7 = word(b, p + 56);
            a0 += d1 + halves(d0 ^ secret[s]);
            a1 += d0 + halves(d1 ^ secret[s + 1]);
            a2 += d3 + halves(d2 ^ secret[s + 2]);
            a3 += d2 + halves(d3 ^ secret[s + 3]);
            a4 += d5 + halves(d4 ^ secret[s + 4]);
            a5 += d4 + halves(d5 ^ secret[s + 5]);
            a6 += d7 + halves(d6 ^ secret[s + 6]);
            a7 += d6 + halves(d7 ^ secret[s + 7]);
            p += STRIPE;
            if (++inBlock == BLOCK / STRIPE && stripe != stripes) {
                inBlock = 0;
                a0 = scramble(a0, secret[16]);
                a1 = scramble(a1, secret[17]);
                a2 = scramble(a2, secret[18]);
                a3 = scramble(a3, secret[19]);
                a4 = scramble(a4, secret[20]);
                a5 = scramble(a5, secret[21]);
                a6 = scramble(a6, secret[22]);
                a7 = scramble(a7, secret[23]);
            }
        }
        long[] l = lowSecret;
        lo[index] = avalanche(length * PRIME64_1
                + fold(a0 ^ l[0], a1 ^ l[1])
                + fold(a2 ^ l[2], a3 ^ l[3])
                + fold(a4 ^ l[4], a5 ^ l[5])
                + fold(a6 ^ l[6], a7 ^ l[7]));
        long[] h = highSecret;
        hi[index] = avalanche(~(length * PRIME64_2)
                + fold(a0 ^ h[0], a1 ^ h[1])
                + fold(a2 ^ h[2], a3 ^ h[3])
                + fold(a4 ^ h[4], a5 ^ h[5])
                + fold(a6 ^ h[6], a7 ^ h[7]));
    }

    private static long halves(long key) {
        return (key & 0xFFFFFFFFL) * (key >>> 32);
    }

    private static long scramble(long lane, long secret) {
        return (lane ^ (lane >>> 47) ^ secret) * PRIME32_1;
    }

    private static long fold(long a, long b) {
        return a * b ^ Math.unsignedMultiplyHigh(a, b);
    }

    private static long avalanche(long h) {
        h = (h ^ (h >>> 37)) * PRIME_MX1;
        return h ^ (h >>> 32);
    }

    private static long avalanche64(long h) {
        h = (h ^ (h >>> 33)) * PRIME64_2;
        h = (h ^ (h >>> 29)) * PRIME64_3;
        return h ^ (h >>> 32);
    }

    private static long word(byte[] b, int at) {
        return (long) LONG.get(b, at);
    }

    private static int half(byte[] b, int at) {
        return (int) INT.get(b, at);
    }
}
