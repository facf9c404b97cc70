package io.engram.tsdb.block;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Writes a new file from front to back. Callers ask for {@link #room}, write into {@link #buffer} from {@link #at} on, and
 * move {@link #at}. For one thread.
 */
final class FileOutput implements AutoCloseable {
    /** Few system calls, and what was written is still in the processor's cache when the kernel takes it. */
    private static final int BUFFER_BYTES = 1 << 16;

    private static final byte[] ZEROS = new byte[64];

    private final FileChannel channel;
    private final CRC32C checksum = new CRC32C();
    private long flushedBytes;
    /** Where in the buffer the bytes begin that the running checksum has not seen; -1 where none is running. */
    private int unsummed = -1;

    byte[] buffer = new byte[BUFFER_BYTES];
    int at;

    FileOutput(Path path) throws IOException {
        channel = FileChannel.open(
                path, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** Bytes written so far. */
    long position() {
        return flushedBytes + at;
    }

    /** For reading back what was flushed. */
    FileChannel channel() {
        return channel;
    }

    /** Makes room for {@code bytes} in one piece. */
    void room(int bytes) throws IOException {
        if (at + bytes > buffer.length) {
            flush();
            if (bytes > buffer.length) {
                buffer = Arrays.copyOf(buffer, bytes);
            }
        }
    }

    void put(byte[] from, int offset, int length) throws IOException {
        room(length);
        System.arraycopy(from, offset, buffer, at, length);
        at += length;
    }

    void putInt(int value) throws IOException {
        room(4);
        at = Varint.putInt(buffer, at, value);
    }

    void putLong(long value) throws IOException {
        room(8);
        at = Varint.putLong(buffer, at, value);
    }

    /** Writes zeros until the position is a multiple of {@code alignment}, a power of two up to 64. */
    void pad(int alignment) throws IOException {
        int missing = (int) (-position() & (alignment - 1));
        put(ZEROS, 0, missing);
    }

    /** Begins a checksum of what follows. */
    void beginChecksum() {
        checksum.reset();
        unsummed = at;
    }

    /** Writes the checksum of what was written since it was begun. */
    void putChecksum() throws IOException {
        checksum.update(buffer, unsummed, at - unsummed);
        unsummed = -1;
        putInt((int) checksum.getValue());
    }

    void flush() throws IOException {
        if (unsummed >= 0) {
            checksum.update(buffer, unsummed, at - unsummed);
            unsummed = 0;
        }
        ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, at);
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
        flushedBytes += at;
        at = 0;
    }

    /** Overwrites four bytes that were flushed. */
    void patchInt(long position, int value) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(4).putInt(value).flip();
        while (bytes.hasRemaining()) {
            channel.write(bytes, position + bytes.position());
        }
    }

    /** Makes what was written durable. */
    void sync() throws IOException {
        flush();
        channel.force(true);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
