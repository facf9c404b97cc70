package io.engram.tsdb.head;

import io.engram.model.read.ChunkBatch;
import io.engram.model.read.ChunkEncoding;
import io.engram.tsdb.chunk.XorDecoder;
import io.engram.tsdb.chunk.XorEncoder;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Puts together what {@link EarlySeal} took apart: the sealed pieces of a cell, and the open chunk that ends it, become one
 * chunk. So a replica that stands by has the chunks that one which leads would have, and queries need not read more of them.
 * The pieces stay in their files, where nothing refers to them any more. For one thread.
 */
final class PieceJoin {
    /** Pieces have sixteen samples and more. */
    private static final int MOST_PIECES = ChunkGrid.MAX_SAMPLES / EarlySeal.SAMPLES_WORTH_SEALING;

    private final XorEncoder encoder = new XorEncoder();
    private final CRC32C crc = new CRC32C();
    private final long[] timesMs = new long[ChunkGrid.MAX_SAMPLES];
    private final double[] values = new double[ChunkGrid.MAX_SAMPLES];

    /** Frames of the pieces, the newest first. */
    private byte[] frames = new byte[1 << 10];

    private final int[] offset = new int[MOST_PIECES];
    private final int[] length = new int[MOST_PIECES];
    private int count;
    private int samples;
    /** Of the oldest piece found; before there is one, of the open chunk. */
    private long firstMs;

    private long previous;

    /** Finds the pieces that belong to the open chunk; false where there are none. */
    boolean find(TenantHead head, OpenChunk chunk, long fingerprintLo) {
        count = 0;
        samples = chunk.count();
        firstMs = chunk.firstMs();
        previous = head.chunks().position(chunk.sealed());
        BlockMarks.Released released = head.blocks().released();
        int end = 0;
        while (count < MOST_PIECES && previous != 0) {
            end = add(head.chunks(), chunk, fingerprintLo, released, end);
            if (end < 0) {
                break;
            }
        }
        return count > 0;
    }

    /** Takes up the chunk at {@link #previous} behind the {@code end} of the others; -1 where it is none of the pieces. */
    private int add(HeadChunks chunks, OpenChunk chunk, long fingerprintLo, BlockMarks.Released released, int end) {
        if (end + ChunkFrame.HEADER_BYTES + OpenChunk.MAX_BYTES + ChunkBatch.SLACK > frames.length) {
            frames = Arrays.copyOf(
                    frames, 2 * frames.length + ChunkFrame.HEADER_BYTES + OpenChunk.MAX_BYTES + ChunkBatch.SLACK);
        }
        int size = chunks.copy(previous, frames, end, ChunkFrame.HEADER_BYTES + OpenChunk.MAX_BYTES);
        MemorySegment bytes = MemorySegment.ofArray(frames);
        if (size == 0
                || ChunkFrame.encoding(bytes, end) != ChunkEncoding.XOR
                || ChunkFrame.fingerprintLo(bytes, end) != fingerprintLo
                || !ChunkFrame.intact(frames, end, size, crc)) {
            return -1; // gone, a histogram, or damaged, which those who read it will say
        }
        long minMs = ChunkFrame.minMs(bytes, end);
        long maxMs = ChunkFrame.maxMs(bytes, end);
        int more = XorDecoder.sampleCount(frames, end + ChunkFrame.HEADER_BYTES, ChunkFrame.dataLength(bytes, end));
        long before = ChunkFrame.previous(bytes, end);
        if (more < EarlySeal.SAMPLES_WORTH_SEALING
                || samples + more > ChunkGrid.MAX_SAMPLES
                || !ChunkGrid.isOneCell(minMs, chunk.lastMs(), (maxMs - minMs) / (more - 1))
                || released.covers(maxMs, previous) // a release is under way
                || maxMs >= firstMs
                || before >= previous) {
            return -1;
        }
        offset[count] = end;
        length[count++] = size;
        samples += more;
        firstMs = minMs;
        previous = before;
        return end + size;
    }

    /** First sample of all, once there are pieces. */
    long firstMs() {
        return firstMs;
    }

    /** Position of the chunk before them; 0 for none. */
    long previous() {
        return previous;
    }

    /** Writes the whole as Prometheus stores it; {@code into} has nine bytes of room behind it. Returns the length. */
    int join(OpenChunk chunk, byte[] into, int at) {
        int n = 0;
        for (int p = count - 1; p >= 0; p--) {
            n = decode(frames, offset[p] + ChunkFrame.HEADER_BYTES, length[p] - ChunkFrame.HEADER_BYTES, n);
        }
        n = decode(into, at, chunk.copy(into, at), n);
        encoder.reset();
        for (int i = 0; i < n; i++) {
            encoder.append(timesMs[i], Double.doubleToRawLongBits(values[i]));
        }
        return encoder.copy(into, at);
    }

    private int decode(byte[] chunk, int at, int bytes, int n) {
        return n + XorDecoder.decode(chunk, at, bytes, Long.MIN_VALUE, Long.MAX_VALUE, timesMs, values, n);
    }
}
