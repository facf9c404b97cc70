package io.engram.tsdb.fold;

import io.engram.tsdb.block.BlockWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;

/**
 * Chunks that wait for their series to come in label order: those of one group, in memory as long as they are few and else in
 * a file that goes when this is closed. For one thread.
 */
final class ChunkStore implements AutoCloseable {
    private static final int MEMORY_BYTES = 8 << 20;

    private final Path file;
    private final int memoryBytes;
    private FileChannel channel; // null until it is needed
    private byte[] buffer = new byte[64 << 10];
    private int buffered;
    private long written; // bytes in the file

    private int count;
    private long[] minMs = new long[64];
    private long[] maxMs = new long[64];
    private byte[] encoding = new byte[64];
    private long[] at = new long[64];
    private int[] length = new int[64];

    ChunkStore(Path file) {
        this(file, MEMORY_BYTES);
    }

    ChunkStore(Path file, int memoryBytes) {
        this.file = file;
        this.memoryBytes = memoryBytes;
    }

    int count() {
        return count;
    }

    void add(long chunkMin, long chunkMax, byte chunkEncoding, byte[] data, int from, int bytes) throws IOException {
        if (count == at.length) {
            minMs = Arrays.copyOf(minMs, 2 * count);
            maxMs = Arrays.copyOf(maxMs, 2 * count);
            encoding = Arrays.copyOf(encoding, 2 * count);
            at = Arrays.copyOf(at, 2 * count);
            length = Arrays.copyOf(length, 2 * count);
        }
        if (buffered + bytes > memoryBytes) {
            spill();
        }
        if (buffered + bytes > buffer.length) {
            buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, buffered + bytes));
        }
        System.arraycopy(data, from, buffer, buffered, bytes);
        minMs[count] = chunkMin;
        maxMs[count] = chunkMax;
        encoding[count] = chunkEncoding;
        at[count] = written + buffered;
        length[count++] = bytes;
        buffered += bytes;
    }

    private void spill() throws IOException {
        if (channel == null) {
            channel = FileChannel.open(
                    file,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE,
                    StandardOpenOption.DELETE_ON_CLOSE);
        }
        ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, buffered);
        while (bytes.hasRemaining()) {
            written += channel.write(bytes, written);
        }
        buffered = 0;
    }

    /** Lets go of the chunks behind the first {@code kept}; their bytes stay until {@link #clear}. */
    void dropBehind(int kept) {
        count = kept;
    }

    /** Gives chunks {@code [from, to)} to the series that was begun. */
    void copy(int from, int to, BlockWriter into) throws IOException {
        byte[] chunk = {};
        for (int i = from; i < to; i++) {
            if (at[i] >= written) {
                into.addChunk(minMs[i], maxMs[i], encoding[i], buffer, (int) (at[i] - written), length[i]);
                continue;
            }
            if (chunk.length < length[i]) {
                chunk = new byte[2 * length[i]];
            }
            ByteBuffer bytes = ByteBuffer.wrap(chunk, 0, length[i]);
            while (bytes.hasRemaining()) {
                if (channel.read(bytes, at[i] + bytes.position()) < 0) {
                    throw new IOException("the file of chunks " + file + " ends before " + (at[i] + length[i]));
                }
            }
            into.addChunk(minMs[i], maxMs[i], encoding[i], chunk, 0, length[i]);
        }
    }

    void clear() {
        count = 0;
        buffered = 0;
        written = 0;
    }

    @Override
    public void close() throws IOException {
        if (channel != null) {
            channel.close();
        }
    }
}
