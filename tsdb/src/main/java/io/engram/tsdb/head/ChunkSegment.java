package io.engram.tsdb.head;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * One file of sealed chunks, mapped as a whole for reading and written through its channel. Counted: it is unmapped when
 * its owner and every reader have let go.
 */
final class ChunkSegment {
    /** So that no chunk has position 0 within a file. */
    static final byte[] HEADER = {'E', 'N', 'G', 'R', 'H', 'C', 'K', '1', 0, 0, 0, 0, 0, 0, 0, 0};

    final long number;
    private final Path path;
    /** Not a channel: threads that append or query may be interrupted, and that closes a channel for everybody. */
    private final RandomAccessFile file; // its offset is guarded by this

    private final Arena arena; // shared: queries read from many threads
    private final MemorySegment bytes;
    private int holders = 1; // guarded by this
    private boolean dirty; // guarded by this: has writes that no sync has covered

    /** Newest sample in the file; guarded by the owner's lock. */
    long newestMs = Long.MIN_VALUE;
    /** Oldest sample in the file; guarded by the owner's lock. */
    long oldestMs = Long.MAX_VALUE;

    private ChunkSegment(long number, Path path, RandomAccessFile file, Arena arena, MemorySegment bytes) {
        this.number = number;
        this.path = path;
        this.file = file;
        this.arena = arena;
        this.bytes = bytes;
    }

    static ChunkSegment create(Path dir, long number) throws IOException {
        Files.deleteIfExists(dir.resolve(fileName(number)));
        ChunkSegment segment = open(dir, number);
        try {
            segment.write(HEADER, 0, HEADER.length, 0);
        } catch (IOException e) {
            segment.release();
            throw e;
        }
        return segment;
    }

    static ChunkSegment open(Path dir, long number) throws IOException {
        Path path = dir.resolve(fileName(number));
        RandomAccessFile file = new RandomAccessFile(path.toFile(), "rw");
        Arena arena = Arena.ofShared();
        boolean interrupted = Thread.interrupted(); // mapping goes through a channel, which an interrupt would close
        try {
            // Mapping beyond the end makes the file that long, without taking space.
            MemorySegment bytes =
                    file.getChannel().map(FileChannel.MapMode.READ_ONLY, 0, HeadChunks.SEGMENT_BYTES, arena);
            return new ChunkSegment(number, path, file, arena, bytes);
        } catch (IOException | RuntimeException e) {
            arena.close();
            file.close();
            throw e;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    static String fileName(long number) {
        return String.format("%08d.chunks", number);
    }

    /** The whole file; bytes behind what was written are zero. */
    MemorySegment bytes() {
        return bytes;
    }

    synchronized void write(byte[] from, int offset, int length, long at) throws IOException {
        dirty = true;
        file.seek(at);
        file.write(from, offset, length);
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
            file.getFD().sync();
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
        file.close();
    }

    void deleteFile() throws IOException {
        Files.deleteIfExists(path);
    }
}
