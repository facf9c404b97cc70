package io.engram.tsdb.head;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * One file of sealed chunks, mapped as a whole for reading and written through its channel. Counted: it is unmapped when
 * its owner and every reader have let go.
 */
final class ChunkSegment {
    /** So that no chunk has position 0 within a file. */
    static final byte[] HEADER = {'E', 'N', 'G', 'R', 'H', 'C', 'K', '1', 0, 0, 0, 0, 0, 0, 0, 0};

    final long number;
    private final Path path;
    private final FileChannel channel;
    private final Arena arena; // shared: queries read from many threads
    private final MemorySegment bytes;
    private int holders = 1; // guarded by this
    private boolean dirty; // guarded by this: has writes that force() has not covered

    /** Newest sample in the file; guarded by the owner's lock. */
    long newestMs = Long.MIN_VALUE;
    /** Oldest sample in the file; guarded by the owner's lock. */
    long oldestMs = Long.MAX_VALUE;

    private ChunkSegment(long number, Path path, FileChannel channel) throws IOException {
        this.number = number;
        this.path = path;
        this.channel = channel;
        this.arena = Arena.ofShared();
        // Mapping beyond the end makes the file that long, without taking space.
        this.bytes = channel.map(FileChannel.MapMode.READ_ONLY, 0, HeadChunks.SEGMENT_BYTES, arena);
    }

    static ChunkSegment create(Path dir, long number) throws IOException {
        Path path = dir.resolve(fileName(number));
        FileChannel channel = FileChannel.open(
                path,
                StandardOpenOption.CREATE,
                StandardOpenOption.TRUNCATE_EXISTING,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE);
        ChunkSegment segment = opened(number, path, channel);
        segment.write(HEADER, 0, HEADER.length, 0);
        return segment;
    }

    static ChunkSegment open(Path dir, long number) throws IOException {
        Path path = dir.resolve(fileName(number));
        return opened(number, path, FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE));
    }

    private static ChunkSegment opened(long number, Path path, FileChannel channel) throws IOException {
        try {
            return new ChunkSegment(number, path, channel);
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    static String fileName(long number) {
        return String.format("%08d.chunks", number);
    }

    /** The whole file; bytes behind what was written are zero. */
    MemorySegment bytes() {
        return bytes;
    }

    void write(byte[] from, int offset, int length, long at) throws IOException {
        synchronized (this) {
            dirty = true;
        }
        ByteBuffer source = ByteBuffer.wrap(from, offset, length);
        long to = at;
        while (source.hasRemaining()) {
            to += channel.write(source, to);
        }
    }

    /** Makes what was written so far survive a power cut. */
    void sync() throws IOException {
        synchronized (this) {
            if (!dirty) {
                return;
            }
            dirty = false;
        }
        try {
            channel.force(true);
        } catch (IOException e) {
            synchronized (this) {
                dirty = true;
            }
            throw e;
        }
    }

    /** Holds the mapping for a reader. False where it is gone. */
    synchronized boolean retain() {
        if (holders == 0) {
            return false;
        }
        holders++;
        return true;
    }

    void release() throws IOException {
        synchronized (this) {
            if (--holders > 0) {
                return;
            }
        }
        arena.close();
        channel.close();
    }

    void deleteFile() throws IOException {
        Files.deleteIfExists(path);
    }
}
