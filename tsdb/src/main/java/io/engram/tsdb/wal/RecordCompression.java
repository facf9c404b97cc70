package io.engram.tsdb.wal;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdException;

/**
 * zstd over a record, where that pays: {@code type | 0x80}, the length of the rest as varint, the rest as one zstd frame.
 * Not thread-safe: owns the buffers that it fills.
 */
final class RecordCompression {
    private static final int LEVEL = 1;
    /** What a damaged length could make us allocate at most; writers stay far below. */
    static final int MAX_PLAIN_BYTES = 64 << 20;

    private final RecordBuffer buffer = new RecordBuffer(1024);

    /**
     * The record as it is to be logged: compressed where it has {@code fromBytes} and that makes it shorter, else itself.
     * What is returned is valid until the next call, or until {@code record} is filled anew.
     */
    RecordBuffer finish(RecordBuffer record, int fromBytes) {
        if (record.length < fromBytes) {
            return record;
        }
        buffer.clear();
        buffer.put(record.bytes[0] | RecordType.COMPRESSED);
        buffer.putVarint(record.length - 1L);
        int room = (int) Zstd.compressBound(record.length - 1L);
        buffer.reserve(room);
        long size =
                Zstd.compressByteArray(buffer.bytes, buffer.length, room, record.bytes, 1, record.length - 1, LEVEL);
        buffer.length += (int) size;
        return buffer.length < record.length ? buffer : record;
    }

    /** Points {@code cursor} behind the type byte of the plain record: in place, or in the buffer of this when compressed. */
    void open(RecordCursor cursor, int type, String what) throws CorruptRecord {
        int found = cursor.readByte("the type of " + what);
        if ((found & ~RecordType.COMPRESSED) != type) {
            throw cursor.corrupt("type " + type + " of " + what, "type " + found);
        }
        if ((found & RecordType.COMPRESSED) == 0) {
            return;
        }
        int plain = cursor.readCount(MAX_PLAIN_BYTES, "the plain length");
        int left = cursor.remaining();
        int from = cursor.skip(left, "zstd bytes");
        // The frame states its size too: a damaged length in front must not decide alone how much is allocated.
        if (Zstd.getFrameContentSize(cursor.bytes, from, left) != plain) {
            throw cursor.corrupt("a zstd frame of " + plain + " plain bytes", "another");
        }
        buffer.clear();
        buffer.reserve(plain);
        long size;
        try {
            size = Zstd.decompressByteArray(buffer.bytes, 0, plain, cursor.bytes, from, left);
        } catch (ZstdException e) {
            throw cursor.corrupt("a zstd frame of " + plain + " plain bytes", e.getMessage());
        }
        if (size != plain) {
            throw cursor.corrupt("a zstd frame of " + plain + " plain bytes", size + " bytes");
        }
        cursor.reset(buffer.bytes, 0, plain);
    }
}
