package io.engram.tsdb.block;

import java.util.zip.CRC32C;

/**
 * Reads the numbers of a block out of an array, never beyond its end. Every refusal names the place in the file. For one
 * thread.
 */
final class ByteCursor {
    private final CRC32C crc = new CRC32C();
    private byte[] data;
    private int end;
    private BlockPath path;
    private long shift;

    int at;

    /** @param offset in the file, of the byte at {@code from} */
    ByteCursor reset(byte[] bytes, int from, int until, BlockPath file, long offset) {
        data = bytes;
        at = from;
        end = until;
        path = file;
        shift = offset - from;
        return this;
    }

    int left() {
        return end - at;
    }

    long offset() {
        return shift + at;
    }

    CorruptBlock corrupt(String expected, String found) {
        return path.corrupt(offset(), expected, found);
    }

    /** Demands that {@code bytes} more can be read. */
    void need(long bytes, String what) {
        if (bytes > end - at) {
            throw corrupt(bytes + " bytes of " + what, "the end after " + (end - at));
        }
    }

    /** Ends the cursor before the checksum behind {@code length} bytes, after having compared it with theirs. */
    void verify(long length, String what) {
        need(length + IndexFormat.CRC_BYTES, what);
        crc.reset();
        crc.update(data, at, (int) length);
        end = at + (int) length;
        int stored = Varint.getInt(data, end);
        int computed = (int) crc.getValue();
        if (stored != computed) {
            throw path.checksum(shift + end, what, stored, computed);
        }
    }

    /** All of what was verified must have been read. */
    void finish(String what) {
        if (at != end) {
            throw corrupt("the end of " + what, (end - at) + " bytes more");
        }
    }

    int u8() {
        need(1, "a number");
        return data[at++] & 0xFF;
    }

    int i32() {
        need(4, "a number");
        int value = Varint.getInt(data, at);
        at += 4;
        return value;
    }

    long i64() {
        need(8, "a number");
        long value = Varint.getLong(data, at);
        at += 8;
        return value;
    }

    long uvarint() {
        if (at < end) {
            byte first = data[at];
            if (first >= 0) {
                at++;
                return first;
            }
        }
        long value = 0;
        for (int i = 0; i < Varint.MAX_BYTES; i++) {
            if (at + i >= end) {
                throw corrupt("a varint", "the end after " + i + " bytes of it");
            }
            byte b = data[at + i];
            value |= (long) (b & 0x7F) << (7 * i);
            if (b >= 0) {
                if (i == Varint.MAX_BYTES - 1 && b > 1) {
                    break;
                }
                at += i + 1;
                return value;
            }
        }
        throw corrupt("a varint of 64 bits", "a larger one");
    }

    long varint() {
        long zigzag = uvarint();
        return (zigzag >>> 1) ^ -(zigzag & 1);
    }

    /** A number below {@code limit}. */
    int uvarintBelow(long limit, String what) {
        int from = at;
        long value = uvarint();
        if (value < 0 || value >= limit) {
            at = from;
            throw corrupt(what + " below " + limit, Long.toUnsignedString(value));
        }
        return (int) value;
    }
}
