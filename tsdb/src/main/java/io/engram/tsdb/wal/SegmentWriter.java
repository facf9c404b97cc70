package io.engram.tsdb.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32C;

/**
 * Writes one segment: frames records into the writer's direct buffer, and hands that over in large writes. Used by the
 * writer thread alone. After any failure the segment is given up by its owner.
 */
final class SegmentWriter {
    private final LogFile file;
    private final SegmentFormat.Header header;
    private final ByteBuffer buffer; // owner: the log, which lends it to one segment at a time
    private final CRC32C crc = new CRC32C();
    private long sizeBytes;
    private boolean hasRecords;

    SegmentWriter(LogFile file, SegmentFormat.Header header, ByteBuffer buffer) {
        this.file = file;
        this.header = header;
        this.buffer = buffer.clear();
        header.write(buffer);
        sizeBytes = SegmentFormat.HEADER_BYTES;
    }

    SegmentFormat.Header header() {
        return header;
    }

    /** With what is not handed over yet. */
    long sizeBytes() {
        return sizeBytes;
    }

    /** Whether any record beside the prologue's was added. */
    boolean hasRecords() {
        return hasRecords;
    }

    /** Adds a record of the prologue. */
    void addPrologue(byte[] bytes, int offset, int length) throws IOException {
        add(SegmentFormat.PROLOGUE, header.startPosition(), bytes, offset, length);
    }

    void add(long position, byte[] bytes, int offset, int length) throws IOException {
        hasRecords = true;
        add(0, position, bytes, offset, length);
    }

    private void add(int mark, long position, byte[] bytes, int from, int length) throws IOException {
        int room = pageRoom();
        if (room < SegmentFormat.RECORD_START_BYTES) {
            pad(room);
            room = SegmentFormat.PAGE_BYTES;
        }
        int done = Math.min(length, room - SegmentFormat.RECORD_START_BYTES);
        fragment(mark + (done == length ? SegmentFormat.WHOLE : SegmentFormat.FIRST), position, bytes, from, done);
        while (done < length) {
            int part = Math.min(length - done, SegmentFormat.PAGE_BYTES - SegmentFormat.FRAGMENT_BYTES);
            int kind = done + part == length ? SegmentFormat.LAST : SegmentFormat.MIDDLE;
            fragment(mark + kind, -1, bytes, from + done, part);
            done += part;
        }
    }

    private int pageRoom() {
        return SegmentFormat.PAGE_BYTES - (int) (sizeBytes % SegmentFormat.PAGE_BYTES);
    }

    private void pad(int count) throws IOException {
        room(count);
        for (int i = 0; i < count; i++) {
            buffer.put((byte) 0);
        }
        sizeBytes += count;
    }

    private void fragment(int kind, long position, byte[] bytes, int from, int length) throws IOException {
        int payload = length + (position >= 0 ? SegmentFormat.POSITION_BYTES : 0);
        room(SegmentFormat.FRAGMENT_BYTES + payload);
        int at = buffer.position();
        buffer.putInt(0).putShort((short) payload).put((byte) kind);
        if (position >= 0) {
            buffer.putLong(position);
        }
        buffer.put(bytes, from, length);
        int end = buffer.position();
        int limit = buffer.limit();
        crc.reset();
        crc.update(buffer.limit(end).position(at + 4));
        buffer.limit(limit).position(end);
        buffer.putInt(at, (int) crc.getValue() ^ SegmentFormat.place(header.ordinal(), sizeBytes));
        sizeBytes += SegmentFormat.FRAGMENT_BYTES + payload;
    }

    private void room(int bytes) throws IOException {
        if (buffer.remaining() < bytes) {
            flush();
        }
    }

    /** Hands everything added so far to the operating system. */
    void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            if (file.write(buffer) <= 0) {
                throw new IOException(
                        "write to segment " + header.ordinal() + " took no byte of " + buffer.remaining());
            }
        }
        buffer.clear();
    }

    /** Makes what was handed over survive a power cut. */
    void sync() throws IOException {
        file.sync();
    }

    void close() throws IOException {
        file.close();
    }
}
