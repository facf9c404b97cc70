package io.engram.proto.grpc;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * What both sides of a frame must agree on. A frame is a {@link io.engram.model.write.WriteBatch} as bytes:
 *
 * <pre>
 * frame         version 1 (a byte), flags (a byte), tenant, counts of series n, samples m, histograms, exemplars and
 *               metadata, bytes of labels; then the columns
 * samples       for each series how many; left out where each has one (flag 1)
 * times         runs: how many, ± step from the time before; the first from 0
 * starts        runs, in the same way (flag 2)
 * values        for each half a byte, how many upper bytes of the value's bits follow (the rest is zero), low half first;
 *               then these bytes, lowest first
 * fingerprints  n × 8 bytes, the upper halves; n × 8 bytes, the lower ones
 * labels        n bits, lowest first: whether the series comes with labels; for each that does placement (4 bytes) and
 *               length; then the labels of all of them (flag 4)
 * histograms, exemplars, metadata   one after the other, see {@link SideRowsWriter}
 * end           4 bytes: CRC-32C of all before
 * </pre>
 *
 * Numbers are varints of base 128, those with a sign zigzag-coded; fixed ones and words have their lowest byte first.
 */
final class FrameFormat {
    static final byte VERSION = 1;
    static final int ONE_SAMPLE_EACH = 1;
    static final int STARTS = 2;
    static final int LABELS = 4;
    static final int ALL_FLAGS = ONE_SAMPLE_EACH | STARTS | LABELS;
    static final int CRC_BYTES = 4;

    static final VarHandle LONG = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    static final VarHandle INT = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private FrameFormat() {}

    static int varintBytes(long value) {
        // 1 for 0 to 7 bits, 2 up to 14, …: division by 7 as a multiplication
        return (70 - Long.numberOfLeadingZeros(value | 1)) * 37 >>> 8;
    }

    /** Writes seven bits a byte, the lowest first; returns where the next byte goes. */
    static int varint(byte[] to, int from, long value) {
        int next = from;
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            to[next++] = (byte) (rest | 0x80);
            rest >>>= 7;
        }
        to[next++] = (byte) rest;
        return next;
    }

    static long zigzag(long value) {
        return value << 1 ^ value >> 63;
    }

    static long unzigzag(long value) {
        return value >>> 1 ^ -(value & 1);
    }

    /** Upper bytes of a value that are not all zero. */
    static int valueBytes(long bits) {
        return 8 - (Long.numberOfTrailingZeros(bits) >>> 3);
    }
}
