package io.engram.tsdb.head;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * A sealed chunk as it stands in a file of head chunks. Little-endian.
 *
 * <pre>
 *  0  4  CRC-32C of what follows, data included
 *  4  4  series number
 *  8  4  from the first to the last sample in ms
 * 12  2  length of the data in bytes, the lower 16 bits
 * 14  1  encoding, as Prometheus numbers them
 * 15  1  length of the data, the upper 8 bits: of histograms with thousands of buckets
 * 16  8  first sample, ms
 * 24  8  position of the chunk before it of the same series; 0 for none
 * 32  8  lower half of the series' fingerprint
 * 40  n  data, filled up to a multiple of 8
 * </pre>
 */
final class ChunkFrame {
    static final int HEADER_BYTES = 40;

    private static final ByteOrder ORDER = ByteOrder.LITTLE_ENDIAN;
    private static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ORDER);
    private static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ORDER);
    private static final ValueLayout.OfInt INT_AT = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ORDER);
    private static final ValueLayout.OfShort SHORT_AT = ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ORDER);
    private static final ValueLayout.OfLong LONG_AT = ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ORDER);

    private ChunkFrame() {}

    /** Writes the header before data that stands at {@link #HEADER_BYTES} of {@code frame}. Returns the frame's length. */
    static int finish(
            byte[] frame,
            int dataLength,
            byte encoding,
            int series,
            long minMs,
            long maxMs,
            long previous,
            long fingerprintLo,
            CRC32C crc) {
        INT.set(frame, 4, series);
        INT.set(frame, 8, (int) (maxMs - minMs));
        INT.set(frame, 12, dataLength & 0xFFFF | encoding << 16 | dataLength >>> 16 << 24);
        LONG.set(frame, 16, minMs);
        LONG.set(frame, 24, previous);
        LONG.set(frame, 32, fingerprintLo);
        crc.reset();
        crc.update(frame, 4, HEADER_BYTES - 4 + dataLength);
        INT.set(frame, 0, (int) crc.getValue());
        return HEADER_BYTES + dataLength;
    }

    /** Whether the {@code length} bytes of a frame, header included, are what was written. */
    static boolean intact(byte[] bytes, int offset, int length, CRC32C crc) {
        crc.reset();
        crc.update(bytes, offset + 4, length - 4);
        return (int) INT.get(bytes, offset) == (int) crc.getValue();
    }

    static long minMs(MemorySegment file, int offset) {
        return file.get(LONG_AT, offset + 16);
    }

    static long maxMs(MemorySegment file, int offset) {
        return file.get(LONG_AT, offset + 16) + file.get(INT_AT, offset + 8);
    }

    static long previous(MemorySegment file, int offset) {
        return file.get(LONG_AT, offset + 24);
    }

    static long fingerprintLo(MemorySegment file, int offset) {
        return file.get(LONG_AT, offset + 32);
    }

    static int dataLength(MemorySegment file, int offset) {
        return file.get(SHORT_AT, offset + 12) & 0xFFFF | (file.get(ValueLayout.JAVA_BYTE, offset + 15) & 0xFF) << 16;
    }

    static byte encoding(MemorySegment file, int offset) {
        return file.get(ValueLayout.JAVA_BYTE, offset + 14);
    }
}
