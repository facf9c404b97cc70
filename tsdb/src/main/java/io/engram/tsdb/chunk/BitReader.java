package io.engram.tsdb.chunk;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** Reads what {@link BitWriter} writes, never beyond the end of the chunk, whatever it says. For one thread. */
final class BitReader {
    private static final VarHandle LONG_BE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final String kind;
    private byte[] data;
    private long start; // positions are bits from the start of data
    private long pos;
    private long end;

    /** @param kind of chunks, for messages */
    BitReader(String kind) {
        this.kind = kind;
    }

    /** @param source has {@link io.engram.model.read.ChunkBatch#SLACK} readable bytes behind the range */
    void reset(byte[] source, int offset, int length) {
        data = source;
        start = (long) offset << 3;
        pos = start;
        end = offset + (long) length << 3;
    }

    /** Bits read so far. */
    long bitsRead() {
        return pos - start;
    }

    long bitsLeft() {
        return end - pos;
    }

    /** The next {@code n} bits, 1 to 64, as an unsigned number. */
    long read(int n) {
        if (pos + n > end) {
            throw truncated();
        }
        int at = (int) (pos >>> 3);
        int shift = (int) (pos & 7);
        long word = (long) LONG_BE.get(data, at) << shift | (data[at + 8] & 0xFF) >>> (8 - shift);
        pos += n;
        return word >>> (64 - n);
    }

    private CorruptChunk truncated() {
        return new CorruptChunk(kind + " chunk of " + (end - start >>> 3) + " bytes ends inside a sample");
    }

    long readVarbit() {
        int ones = readClass();
        if (ones == 0) {
            return 0;
        }
        int width = Varbit.WIDTH[ones];
        long value = read(width);
        // The upper half stands for negative numbers, but for its lowest, which is positive.
        return width < 64 && value > 1L << (width - 1) ? value - (1L << width) : value;
    }

    long readUnsignedVarbit() {
        int ones = readClass();
        return ones == 0 ? 0 : read(Varbit.WIDTH[ones]);
    }

    private int readClass() {
        long word = (long) LONG_BE.get(data, (int) (pos >>> 3)) << (pos & 7); // at least 57 bits are right
        int ones = Math.min(Varbit.LARGEST, Long.numberOfLeadingZeros(~word));
        pos += ones == Varbit.LARGEST ? ones : ones + 1;
        if (pos > end) {
            throw truncated();
        }
        return ones;
    }

    /** Whole bytes of seven bits each, the lowest first, at whatever bit they begin. */
    long readUvarint() {
        long value = 0;
        for (int shift = 0; shift < 70; shift += 7) {
            long b = read(8);
            value |= (b & 0x7F) << shift;
            if (b < 0x80) {
                return value;
            }
        }
        throw new CorruptChunk(kind + " chunk has a varint of more than 64 bits");
    }

    long readVarint() {
        long zigzag = readUvarint();
        return (zigzag >>> 1) ^ -(zigzag & 1);
    }

    /** What {@link #readXor} left as the window of the value. */
    long window;

    /** The value that follows {@code before}; {@link #window} is its window before and after the call. */
    long readXor(long before) {
        if (read(1) == 0) {
            return before;
        }
        if (read(1) == 1) {
            int leading = (int) read(5);
            int length = (int) read(6);
            length = length == 0 ? 64 : length;
            if (leading + length > 64) {
                throw new CorruptChunk("histogram chunk has a bit window of " + leading + " + " + length + " bits");
            }
            window = (long) leading << 8 | 64 - leading - length;
        } else if (window == BitWriter.NO_WINDOW) {
            window = 0; // as Prometheus goes on where it took up a chunk again: all 64 bits
        }
        int trailing = (int) (window & 0xFF);
        return before ^ read(64 - (int) (window >>> 8) - trailing) << trailing;
    }

    double readZeroThreshold() {
        int exponent = (int) read(8);
        return switch (exponent) {
            case 0 -> 0;
            case 255 -> Double.longBitsToDouble(read(64));
            default -> Math.scalb(0.5, exponent - 243);
        };
    }

    double readBound() {
        long thousandths = readUnsignedVarbit();
        if (thousandths == 0) {
            return Double.longBitsToDouble(read(64));
        }
        return (thousandths - 1) / 1000.0;
    }
}
