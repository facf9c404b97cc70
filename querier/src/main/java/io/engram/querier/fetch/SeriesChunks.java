package io.engram.querier.fetch;

import io.engram.model.read.ChunkBatch;
import java.util.Arrays;

/**
 * The chunks of one series, in order of time, none overlapping another. Reused from series to series; the bytes belong
 * to batches and are valid as long as those.
 *
 * <pre>
 * chunk c:  encoding[c], minTimeMs[c] .. maxTimeMs[c] (both included), data[c][offset[c] .. offset[c]+length[c])
 * </pre>
 *
 * {@code data[c]} has {@link io.engram.model.read.ChunkBatch#SLACK} readable bytes behind the chunk.
 */
public final class SeriesChunks {
    private static final int FIRST_CHUNKS = 32;

    public int count;
    public byte[] encoding = new byte[FIRST_CHUNKS];
    public long[] minTimeMs = new long[FIRST_CHUNKS];
    public long[] maxTimeMs = new long[FIRST_CHUNKS];
    public byte[][] data = new byte[FIRST_CHUNKS][];
    public int[] offset = new int[FIRST_CHUNKS];
    public int[] length = new int[FIRST_CHUNKS];

    void clear() {
        Arrays.fill(data, 0, count, null); // or the largest batch ever read would stay
        count = 0;
    }

    /** Gives each chunk an array of its own, so that the batches may be used again. */
    void keep() {
        for (int c = 0; c < count; c++) {
            data[c] = Arrays.copyOfRange(data[c], offset[c], offset[c] + length[c] + ChunkBatch.SLACK);
            offset[c] = 0;
        }
    }

    void add(SeriesChunks from, int c) {
        add(from.encoding[c], from.minTimeMs[c], from.maxTimeMs[c], from.data[c], from.offset[c], from.length[c]);
    }

    void add(byte chunkEncoding, long minMs, long maxMs, byte[] bytes, int from, int size) {
        if (count == encoding.length) {
            int n = 2 * count;
            encoding = Arrays.copyOf(encoding, n);
            minTimeMs = Arrays.copyOf(minTimeMs, n);
            maxTimeMs = Arrays.copyOf(maxTimeMs, n);
            data = Arrays.copyOf(data, n);
            offset = Arrays.copyOf(offset, n);
            length = Arrays.copyOf(length, n);
        }
        encoding[count] = chunkEncoding;
        minTimeMs[count] = minMs;
        maxTimeMs[count] = maxMs;
        data[count] = bytes;
        offset[count] = from;
        length[count++] = size;
    }
}
