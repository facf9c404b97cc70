package io.engram.model.testing;

import java.util.Arrays;
import java.util.SplittableRandom;

/** Damages copies of valid input, for tests of parsers: flipped bits, other bytes, cut ends, repeated and missing parts. */
public final class Mutations {
    private Mutations() {}

    /** A copy of {@code valid} with one to four kinds of damage; may come out equal to it by chance. */
    public static byte[] mutate(byte[] valid, SplittableRandom random) {
        byte[] bytes = valid.clone();
        for (int i = random.nextInt(1, 5); i > 0; i--) {
            bytes = damage(bytes, random);
        }
        return bytes;
    }

    private static byte[] damage(byte[] bytes, SplittableRandom random) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt()};
        }
        int from = random.nextInt(bytes.length);
        int to = random.nextInt(from, bytes.length);
        return switch (random.nextInt(5)) {
            case 0 -> with(bytes, from, (byte) (bytes[from] ^ 1 << random.nextInt(8)));
            case 1 -> with(bytes, from, (byte) random.nextInt());
            case 2 -> Arrays.copyOf(bytes, from);
            case 3 -> join(Arrays.copyOf(bytes, to), Arrays.copyOfRange(bytes, from, bytes.length));
            default -> join(Arrays.copyOf(bytes, from), Arrays.copyOfRange(bytes, to, bytes.length));
        };
    }

    private static byte[] with(byte[] bytes, int at, byte value) {
        byte[] copy = bytes.clone();
        copy[at] = value;
        return copy;
    }

    private static byte[] join(byte[] head, byte[] tail) {
        byte[] whole = Arrays.copyOf(head, head.length + tail.length);
        System.arraycopy(tail, 0, whole, head.length, tail.length);
        return whole;
    }
}
