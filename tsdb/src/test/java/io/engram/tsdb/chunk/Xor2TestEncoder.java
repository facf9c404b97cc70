package io.engram.tsdb.chunk;

import io.engram.model.StaleMarker;
import java.util.Arrays;

/** Writes XOR2 chunks as the format says, for tests: the product only reads them. */
public final class Xor2TestEncoder {
    private static final int MOST_CHANGE_ON = 0x7F;

    private final BitWriter out = new BitWriter();
    private long base;
    private int leading = -1;
    private int trailing;

    private Xor2TestEncoder() {}

    /** @param starts 0 for none */
    public static byte[] encode(long[] times, double[] values, long[] starts) {
        return new Xor2TestEncoder().write(times, values, starts);
    }

    private byte[] write(long[] times, double[] values, long[] starts) {
        out.reset(3);
        int header = 0;
        int changeOn = 0;
        long lastDiff = 0;
        for (int i = 0; i < times.length; i++) {
            long bits = Double.doubleToRawLongBits(values[i]);
            if (i == 0) {
                putVarint(times[0] << 1 ^ times[0] >> 63);
                out.put(bits, 64);
                if (starts[0] != 0) {
                    long diff = times[0] - starts[0];
                    putVarint(diff << 1 ^ diff >> 63);
                    header = 0x80;
                }
            } else if (i == 1) {
                putVarint(times[1] - times[0]);
                putValue(bits);
            } else {
                putJoint(times[i] - 2 * times[i - 1] + times[i - 2], bits);
            }
            base = bits == StaleMarker.BITS ? base : bits;
            if (i > 0) {
                long diff = times[i - 1] - starts[i];
                if (changeOn > 0) {
                    out.putVarbit(diff - lastDiff);
                    lastDiff = diff;
                } else if (starts[i] != starts[i - 1] || i == MOST_CHANGE_ON) {
                    changeOn = i;
                    header |= i;
                    out.putVarbit(diff);
                    lastDiff = diff;
                }
            }
        }
        byte[] chunk = Arrays.copyOf(out.bytes, out.byteLength());
        chunk[0] = (byte) (times.length >>> 8);
        chunk[1] = (byte) times.length;
        chunk[2] = (byte) header;
        return chunk;
    }

    private void putJoint(long change, long bits) {
        if (change == 0) {
            if (bits == StaleMarker.BITS) {
                out.put(0b11111, 5);
            } else if (bits == base) {
                out.put(0, 1);
            } else {
                out.put(0b10, 2);
                putChanged(bits, 1);
            }
            return;
        }
        if (change >= -(1 << 12) && change < 1 << 12) {
            out.put(0b110, 3);
            out.put(change & 0x1FFF, 13);
        } else if (change >= -(1 << 19) && change < 1 << 19) {
            out.put(0b1110, 4);
            out.put(change & 0xFFFFF, 20);
        } else {
            out.put(0b11110, 5);
            out.put(change, 64);
        }
        putValue(bits);
    }

    private void putValue(long bits) {
        if (bits == StaleMarker.BITS) {
            out.put(0b111, 3);
        } else if (bits == base) {
            out.put(0, 1);
        } else {
            out.put(1, 1);
            putChanged(bits, 2);
        }
    }

    /** @param newWindow bits that say so: 1, or 10 where 11 is a stale marker */
    private void putChanged(long bits, int newWindow) {
        long xor = bits ^ base;
        int zeros = Math.min(31, Long.numberOfLeadingZeros(xor));
        int zerosBehind = Long.numberOfTrailingZeros(xor);
        if (leading >= 0 && zeros >= leading && zerosBehind >= trailing) {
            out.put(0, 1);
        } else {
            leading = zeros;
            trailing = zerosBehind;
            out.put(newWindow == 1 ? 1 : 0b10, newWindow);
            out.put(leading, 5);
            out.put(64 - leading - trailing & 63, 6);
        }
        out.put(xor >>> trailing, 64 - leading - trailing);
    }

    private void putVarint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.put(rest & 0x7F | 0x80, 8);
            rest >>>= 7;
        }
        out.put(rest, 8);
    }
}
