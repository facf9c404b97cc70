package io.engram.tsdb.block;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * A section of an index that begins with its length and ends in a checksum.
 *
 * @param body what lies between them
 * @param offset of the body in the file
 */
record Section(MemorySegment body, BlockPath path, long offset) {
    private static final ValueLayout.OfInt INT_BE = ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

    /**
     * Compares the checksum.
     *
     * @param bytes begin with the length; what follows the checksum does not matter
     * @param offset in the file, of the first of them
     */
    static Section verified(MemorySegment bytes, BlockPath path, long offset, String what) {
        long available = bytes.byteSize() - 4 - IndexFormat.CRC_BYTES;
        if (available < 0) {
            throw path.corrupt(offset, "length and checksum of " + what, bytes.byteSize() + " bytes");
        }
        long length = Integer.toUnsignedLong(bytes.get(INT_BE, 0));
        if (length > available) {
            throw path.corrupt(offset, "a length of " + what + " of up to " + available, Long.toString(length));
        }
        CRC32C crc = new CRC32C();
        Mapped.update(crc, bytes, 4, length);
        int stored = bytes.get(INT_BE, 4 + length);
        if (stored != (int) crc.getValue()) {
            throw path.checksum(offset + 4 + length, what, stored, (int) crc.getValue());
        }
        return new Section(bytes.asSlice(4, length), path, offset + 4);
    }

    SegmentCursor cursor() {
        return new SegmentCursor(body, path, offset);
    }

    /** Of the whole section, length and checksum included. */
    long endOffset() {
        return offset + body.byteSize() + IndexFormat.CRC_BYTES;
    }
}
