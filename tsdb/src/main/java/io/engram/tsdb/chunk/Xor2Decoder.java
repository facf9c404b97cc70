package io.engram.tsdb.chunk;

import io.engram.model.StaleMarker;

/**
 * Reads XOR2 chunks (encoding 4), which Prometheus 3.14 and later may write. Start timestamps are passed over: nothing here
 * asks for them.
 *
 * <pre>
 * chunk    count (uint16), start header (1 byte), stream of bits
 * header   upper bit: the first sample has a start; lower seven: the sample from which on each has one, 0 for none
 * first    varint(timestamp), 64 bits of the value, its start as varint
 * second   uvarint(timestamp - first), value
 * others   0                same step, same value
 *          10               same step, another value: 0 + bits in the same place | 1 + window, bits
 *          110 + 13 bits | 1110 + 20 bits | 11110 + 64 bits     change of the step, value
 *          11111            same step, stale marker
 * value    0 (same) | 10 + bits in the same place | 110 + window, bits | 111 stale marker
 * window   leading (5), length (6); bits are the XOR with the last value that was no stale marker
 * </pre>
 *
 * @see <a href="https://github.com/prometheus/prometheus/blob/main/tsdb/chunkenc/xor2.go">tsdb/chunkenc/xor2.go</a>
 */
public final class Xor2Decoder {
    private static final int HEADER_BYTES = 3;

    private final BitReader in = new BitReader("XOR2");
    private long base; // the last value that was no stale marker
    private int leading;
    private int length = 64;

    private Xor2Decoder() {}

    /**
     * Writes all samples, behind each other from index {@code at}.
     *
     * @param data has {@link io.engram.model.read.ChunkBatch#SLACK} readable bytes behind the chunk
     * @param timestampsMs room for as many as the first two bytes say, from {@code at}
     * @return how many were written
     * @throws CorruptChunk where the stream ends before the last sample, or is none
     */
    public static int decode(byte[] data, int offset, int length, long[] timestampsMs, double[] values, int at) {
        if (length < HEADER_BYTES) {
            throw new CorruptChunk("XOR2 chunk of " + length + " bytes has no header");
        }
        return new Xor2Decoder().read(data, offset, length, timestampsMs, values, at);
    }

    private int read(byte[] data, int offset, int bytes, long[] timestampsMs, double[] values, int at) {
        int count = (data[offset] & 0xFF) << 8 | data[offset + 1] & 0xFF;
        StartTimes starts = new StartTimes(data[offset + 2]);
        in.reset(data, offset + HEADER_BYTES, bytes - HEADER_BYTES);
        long time = 0;
        long step = 0;
        for (int i = 0; i < count; i++) {
            long value;
            if (i == 0) {
                time = in.readVarint();
                value = in.read(64);
                base = value == StaleMarker.BITS ? 0 : value;
            } else if (i == 1) {
                step = in.readUvarint();
                value = readValue();
            } else {
                int ones = ones(5);
                step += ones == 2 ? signed(13) : ones == 3 ? signed(20) : ones == 4 ? in.read(64) : 0;
                value = ones == 0 ? base : ones == 1 ? readChanged() : ones == 5 ? StaleMarker.BITS : readValue();
            }
            time += i == 0 ? 0 : step;
            starts.skip(i, in);
            timestampsMs[at + i] = time;
            values[at + i] = Double.longBitsToDouble(value);
        }
        return count;
    }

    /** Ones before a zero, or {@code most} of them. */
    private int ones(int most) {
        int ones = 0;
        while (ones < most && in.read(1) == 1) {
            ones++;
        }
        return ones;
    }

    private long signed(int width) {
        return in.read(width) << (64 - width) >> (64 - width);
    }

    private long readValue() {
        return switch (ones(3)) {
            case 0 -> base;
            case 1 -> readBits();
            case 2 -> readWindow();
            default -> StaleMarker.BITS;
        };
    }

    private long readChanged() {
        return in.read(1) == 0 ? readBits() : readWindow();
    }

    private long readWindow() {
        leading = (int) in.read(5);
        length = (int) in.read(6);
        length = length == 0 ? 64 : length;
        if (leading + length > 64) {
            throw new CorruptChunk("XOR2 chunk has a bit window of " + leading + " + " + length + " bits");
        }
        return readBits();
    }

    private long readBits() {
        base ^= in.read(length) << (64 - leading - length);
        return base;
    }
}
