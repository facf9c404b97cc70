package io.engram.tsdb.chunk;

import io.engram.model.read.ChunkBatch;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Reads XOR chunks. Stateless. */
public final class XorDecoder {
    private static final VarHandle LONG_BE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private XorDecoder() {}

    /**
     * Samples that the chunk says it has: what {@link #decode} may need room for.
     *
     * @throws CorruptChunk where there is not even a count
     */
    public static int sampleCount(byte[] data, int offset, int length) {
        if (length < 2) {
            throw new CorruptChunk("XOR chunk of " + length + " bytes has no sample count");
        }
        return (data[offset] & 0xFF) << 8 | data[offset + 1] & 0xFF;
    }

    /**
     * Writes the samples with timestamps in {@code [minMs, maxMs]}, both included, behind each other from index
     * {@code at}. Values keep their bits, stale markers and other NaNs too.
     *
     * @param data has {@link ChunkBatch#SLACK} readable bytes behind the chunk; what they hold does not matter
     * @param timestampsMs room for {@link #sampleCount} from {@code at}
     * @return how many were written
     * @throws CorruptChunk where the stream ends before the last sample that is needed, or is none; what was written by
     *     then is undefined
     */
    public static int decode(
            byte[] data, int offset, int length, long minMs, long maxMs, long[] timestampsMs, double[] values, int at) {
        int count = sampleCount(data, offset, length);
        long end = (offset + (long) length) << 3; // positions are bits from the start of data
        if (count == 0) {
            return 0;
        }
        long pos = ((long) offset + 2) << 3;
        long zigzag = 0;
        int shift = 0;
        int b;
        do {
            b = checkedByte(data, pos, end, shift);
            zigzag |= (long) (b & 0x7F) << shift;
            shift += 7;
            pos += 8;
        } while (b >= 0x80);
        long time = (zigzag >>> 1) ^ -(zigzag & 1);
        if (pos + 64 > end) {
            throw truncated(0, count);
        }
        long value = (long) LONG_BE.get(data, (int) (pos >>> 3));
        pos += 64;
        int n = at;
        if (time > maxMs) {
            return 0;
        }
        timestampsMs[n] = time;
        values[n] = Double.longBitsToDouble(value);
        n += time >= minMs ? 1 : 0;
        if (count == 1) {
            return n - at;
        }

        long step = 0;
        shift = 0;
        do {
            b = checkedByte(data, pos, end, shift);
            step |= (long) (b & 0x7F) << shift;
            shift += 7;
            pos += 8;
        } while (b >= 0x80);

        int leading = 0;
        int significant = 0;
        for (int i = 1; i < count; i++) {
            if (i > 1) {
                long bits = peek(data, pos);
                if (bits >= 0) {
                    pos += 1;
                } else {
                    int ones = Long.numberOfLeadingZeros(~bits);
                    int width = ones == 1 ? 14 : ones == 2 ? 17 : 20;
                    if (ones < 4) {
                        long change = bits << (ones + 1) >>> (64 - width);
                        // The upper half stands for negative numbers, but for its lowest, which is positive.
                        step += change > 1L << (width - 1) ? change - (1L << width) : change;
                        pos += ones + 1 + width;
                    } else {
                        step += peek64(data, pos + 4);
                        pos += 68;
                    }
                }
            }
            time += step;
            if (pos >= end) {
                throw truncated(i, count);
            }
            long bits = peek(data, pos);
            if (bits >= 0) {
                pos += 1;
            } else {
                if (bits << 1 >= 0) {
                    pos += 2;
                    if (significant == 0) {
                        throw new CorruptChunk("sample " + i + " of a XOR chunk uses a bit window that none set");
                    }
                } else {
                    leading = (int) (bits << 2 >>> 59);
                    significant = (int) (bits << 7 >>> 58);
                    significant = significant == 0 ? 64 : significant;
                    pos += 13;
                    if (leading + significant > 64) {
                        throw new CorruptChunk("sample " + i + " of a XOR chunk has a bit window of " + leading + " + "
                                + significant + " bits");
                    }
                }
                value ^= peek64(data, pos) >>> (64 - significant) << (64 - leading - significant);
                pos += significant;
            }
            if (pos > end) {
                throw truncated(i, count);
            }
            if (time > maxMs) {
                break;
            }
            timestampsMs[n] = time;
            values[n] = Double.longBitsToDouble(value);
            n += time >= minMs ? 1 : 0;
        }
        return n - at;
    }

    /** The next bits, leftmost first: at least 57 of them are right. */
    private static long peek(byte[] data, long pos) {
        return (long) LONG_BE.get(data, (int) (pos >>> 3)) << (pos & 7);
    }

    /** The next 64 bits. Reads nine bytes. */
    private static long peek64(byte[] data, long pos) {
        int at = (int) (pos >>> 3);
        int shift = (int) (pos & 7);
        return (long) LONG_BE.get(data, at) << shift | (data[at + 8] & 0xFF) >>> (8 - shift);
    }

    private static int checkedByte(byte[] data, long pos, long end, int shift) {
        if (pos + 8 > end || shift > 63) {
            throw new CorruptChunk("XOR chunk ends, or goes astray, inside a varint");
        }
        return data[(int) (pos >>> 3)] & 0xFF;
    }

    private static CorruptChunk truncated(int sample, int count) {
        return new CorruptChunk("XOR chunk ends inside sample " + sample + " of " + count);
    }
}
