package io.engram.model;

/**
 * The NaN by which Prometheus says that a series has ended. Its exact bits must survive every step, so samples travel
 * as raw {@code long} bits wherever nobody computes with them.
 *
 * @see <a href="https://prometheus.io/docs/specs/prw/remote_write_spec/">remote write, stale markers</a>
 */
public final class StaleMarker {
    public static final long BITS = 0x7ff0000000000002L;
    public static final double VALUE = Double.longBitsToDouble(BITS);

    private StaleMarker() {}

    public static boolean is(long valueBits) {
        return valueBits == BITS;
    }

    public static boolean is(double value) {
        return Double.doubleToRawLongBits(value) == BITS;
    }
}
