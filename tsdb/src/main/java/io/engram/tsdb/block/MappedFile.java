package io.engram.tsdb.block;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.channels.FileChannel;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file of a block in mapped memory. Safe for many threads until its arena closes. */
final class MappedFile {
    private final BlockPath path;
    private final MemorySegment bytes;

    private MappedFile(BlockPath path, MemorySegment bytes) {
        this.path = path;
        this.bytes = bytes;
    }

    static MappedFile open(Path folder, BlockPath path, Arena arena) throws IOException {
        Path file = folder.resolve(path.file());
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            long size = channel.size();
            // Nothing can be mapped of an empty file.
            return new MappedFile(
                    path, size == 0 ? MemorySegment.NULL : channel.map(FileChannel.MapMode.READ_ONLY, 0, size, arena));
        } catch (NoSuchFileException e) {
            throw path.corrupt(0, "a file", "none at " + file);
        }
    }

    BlockPath path() {
        return path;
    }

    long size() {
        return bytes.byteSize();
    }

    /** The bytes from {@code offset} to {@code end}, both within the file. */
    MemorySegment slice(long offset, long end) {
        return bytes.asSlice(offset, end - offset);
    }

    /**
     * Copies bytes into an array.
     *
     * @throws CorruptBlock where the file ends before
     */
    void copy(long offset, byte[] into, int at, int length) {
        if (offset < 0 || length > size() - offset) {
            throw path.corrupt(offset, length + " bytes", "the end of the file at " + size());
        }
        try {
            MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, offset, into, at, length);
        } catch (InternalError e) {
            // The file was cut off, or its disk failed, since it was mapped.
            throw path.corrupt(offset, length + " bytes", e.getMessage());
        }
    }
}
