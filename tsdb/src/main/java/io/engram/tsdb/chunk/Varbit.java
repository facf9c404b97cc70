package io.engram.tsdb.chunk;

/**
 * Classes of numbers by how many bits they need, small ones first, as Prometheus has them for histograms.
 *
 * <pre>
 * ones before the number   0  1  2  3   4   5   6   7   8
 * bits of the number       0  3  6  9  12  18  25  56  64
 * </pre>
 *
 * Signed numbers of n bits lean to the positive side: from -(2^(n-1) - 1) to 2^(n-1).
 */
final class Varbit {
    static final int[] WIDTH = {0, 3, 6, 9, 12, 18, 25, 56, 64};
    /** The class whose ones no zero follows. */
    static final int LARGEST = 8;

    private Varbit() {}

    static int signedClass(long value) {
        int ones = 1;
        while (ones < LARGEST && (value < -((1L << (WIDTH[ones] - 1)) - 1) || value > 1L << (WIDTH[ones] - 1))) {
            ones++;
        }
        return ones;
    }

    static int unsignedClass(long value) {
        int ones = 1;
        while (ones < LARGEST && value >>> WIDTH[ones] != 0) {
            ones++;
        }
        return ones;
    }
}
