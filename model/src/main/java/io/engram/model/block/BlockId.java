package io.engram.model.block;

import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * The name of a block: a ULID, 48 bits of time and 80 of randomness, written as 26 characters of Crockford's base32.
 * Ids sort by time, in this order as in that of their text. Follows github.com/ulid/spec.
 */
public record BlockId(long high, long low) implements Comparable<BlockId> {
    public static final int LENGTH = 26;
    private static final long MAX_TIME_MS = (1L << 48) - 1;
    private static final String DIGITS = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

    /** A new one. {@code random} decides alone whether two of one millisecond differ. */
    public static BlockId create(long timeMs, RandomGenerator random) {
        return of(timeMs, (int) random.nextLong(), random.nextLong());
    }

    /**
     * With chosen randomness, for blocks that must come out with the same name wherever they are made.
     *
     * @param timeMs since the Unix epoch
     * @param entropyHigh16 of which the lower 16 bits count
     */
    public static BlockId of(long timeMs, int entropyHigh16, long entropyLow) {
        if (timeMs < 0 || timeMs > MAX_TIME_MS) {
            throw new IllegalArgumentException(
                    "the time of a block id is " + timeMs + " ms, expected 0 to " + MAX_TIME_MS);
        }
        return new BlockId(timeMs << 16 | (entropyHigh16 & 0xffff), entropyLow);
    }

    /**
     * Takes capital letters only: an id is the name of a folder, and two spellings would be two folders.
     *
     * @throws IllegalArgumentException where the text is not an id
     */
    public static BlockId parse(String text) {
        return tryParse(text)
                .orElseThrow(() -> new IllegalArgumentException("'" + text + "' is not a block id (a ULID of " + LENGTH
                        + " digits and capital letters without I, L, O and U)"));
    }

    /** As {@link #parse}, for listings in which other things lie too. */
    public static Optional<BlockId> tryParse(String text) {
        // The first character holds 3 bits: 26 × 5 is 130.
        if (text.length() != LENGTH || text.charAt(0) > '7') {
            return Optional.empty();
        }
        long high = 0;
        long low = 0;
        for (int i = 0; i < LENGTH; i++) {
            int digit = DIGITS.indexOf(text.charAt(i));
            if (digit < 0) {
                return Optional.empty();
            }
            high = high << 5 | low >>> 59;
            low = low << 5 | digit;
        }
        return Optional.of(new BlockId(high, low));
    }

    /** When it was made, since the Unix epoch. */
    public long timeMs() {
        return high >>> 16;
    }

    @Override
    public int compareTo(BlockId other) {
        int order = Long.compareUnsigned(high, other.high);
        return order != 0 ? order : Long.compareUnsigned(low, other.low);
    }

    @Override
    public String toString() {
        char[] text = new char[LENGTH];
        long restHigh = high;
        long restLow = low;
        for (int i = LENGTH - 1; i >= 0; i--) {
            text[i] = DIGITS.charAt((int) restLow & 31);
            restLow = restLow >>> 5 | restHigh << 59;
            restHigh >>>= 5;
        }
        return new String(text);
    }
}
