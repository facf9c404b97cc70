package io.engram.tsdb.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.zip.CRC32C;

/**
 * Writes a checkpoint: sections of bytes whose meaning is the caller's, each with a type and a checksum. It exists for
 * readers once {@link #commit} returned, whole and on the disk; closed without that, it leaves nothing behind.
 *
 * <p>{@link #section} may be called by several threads; a section stays in one piece, and their order is that of the
 * calls. After any failure the checkpoint can only be closed.
 */
public final class CheckpointWriter implements AutoCloseable {
    /** Readers take a section into memory at once: cut large contents into many. */
    public static final int MAX_SECTION_BYTES = 64 << 20;

    private static final int BUFFER_BYTES = 1 << 20;

    private final LogFolder folder;
    private final long number;
    private final String temporaryName;
    private final LogFile file;
    private final ByteBuffer buffer; // guarded by this, as all below
    private final CRC32C crc = new CRC32C();
    private long offset;
    private long sectionCount;
    private long payloadBytes;
    private boolean failed;
    private boolean closed;

    private CheckpointWriter(LogFolder folder, long number, LogFile file) {
        this.folder = folder;
        this.number = number;
        this.file = file;
        temporaryName = CheckpointFormat.name(number) + CheckpointFormat.UNFINISHED;
        buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Begins a checkpoint. What an earlier one of that number left unfinished is deleted.
     *
     * @param number greater than that of any before: {@link Checkpoints#nextNumber}
     * @param logPosition the log up to here is in the checkpoint; reading goes on behind it
     */
    public static CheckpointWriter begin(LogFolder folder, long number, long logPosition) throws IOException {
        String name = CheckpointFormat.name(number) + CheckpointFormat.UNFINISHED;
        folder.delete(name);
        CheckpointWriter writer = new CheckpointWriter(folder, number, folder.create(name, 0));
        CheckpointFormat.writeHeader(writer.buffer, number, logPosition);
        writer.offset = CheckpointFormat.HEADER_BYTES;
        return writer;
    }

    /**
     * Adds a section; borrows the bytes until it returns.
     *
     * @param type 1 and up
     * @param length up to {@link #MAX_SECTION_BYTES}
     */
    public synchronized void section(int type, byte[] bytes, int from, int length) throws IOException {
        if (type <= CheckpointFormat.END_TYPE || length > MAX_SECTION_BYTES) {
            throw new IllegalArgumentException("a section of type " + type + " and " + length + " bytes");
        }
        add(type, bytes, from, length);
        sectionCount++;
        payloadBytes += length;
    }

    private void add(int type, byte[] bytes, int from, int length) throws IOException {
        if (closed || failed) {
            throw new IOException("checkpoint " + number + " has ended or failed");
        }
        failed = true; // until the end of this method is reached
        if (buffer.remaining() < CheckpointFormat.SECTION_BYTES) {
            flush();
        }
        int at = buffer.position();
        buffer.putInt(0).putInt(type).putInt(length);
        crc.reset();
        crc.update(buffer.duplicate().limit(at + CheckpointFormat.SECTION_BYTES).position(at + 4));
        crc.update(bytes, from, length);
        buffer.putInt(at, (int) crc.getValue() ^ SegmentFormat.place(number, offset));
        for (int done = 0; done < length; ) {
            if (!buffer.hasRemaining()) {
                flush();
            }
            int part = Math.min(length - done, buffer.remaining());
            buffer.put(bytes, from + done, part);
            done += part;
        }
        offset += CheckpointFormat.SECTION_BYTES + length;
        failed = false;
    }

    private void flush() throws IOException {
        buffer.flip();
        while (buffer.hasRemaining()) {
            if (file.write(buffer) <= 0) {
                throw new IOException("write to checkpoint " + number + " took no byte of " + buffer.remaining());
            }
        }
        buffer.clear();
    }

    /** Size so far, in bytes. */
    public synchronized long sizeBytes() {
        return offset;
    }

    /**
     * Ends the checkpoint. When this returns it survives a power cut, and what it covers may be deleted; when it throws,
     * nothing may be.
     */
    public synchronized void commit() throws IOException {
        ByteBuffer end = ByteBuffer.allocate(CheckpointFormat.END_PAYLOAD_BYTES).order(ByteOrder.LITTLE_ENDIAN);
        end.putLong(sectionCount).putLong(payloadBytes);
        add(CheckpointFormat.END_TYPE, end.array(), 0, end.capacity());
        failed = true;
        flush();
        file.sync();
        closed = true;
        file.close();
        folder.rename(temporaryName, CheckpointFormat.name(number));
        folder.sync();
        failed = false;
    }

    /** Gives the checkpoint up unless it was committed. */
    @Override
    public synchronized void close() throws IOException {
        if (closed && !failed) {
            return;
        }
        boolean open = !closed;
        closed = true;
        try {
            if (open) {
                file.close();
            }
        } finally {
            folder.delete(temporaryName);
        }
    }
}
