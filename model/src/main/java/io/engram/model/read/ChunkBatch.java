package io.engram.model.read;

import java.util.Arrays;

/**
 * The chunks of some series, as they are stored. Reused from batch to batch; one thread fills and reads it.
 *
 * <pre>
 * series i of the batch:  chunks firstChunk[i] .. firstChunk[i+1]-1, in the order of their first samples
 * chunk c:                encoding[c], minTimeMs[c] .. maxTimeMs[c] (both included), data[offset[c] .. offset[c]+length[c])
 * </pre>
 *
 * {@code data} has {@link #SLACK} readable bytes behind the last chunk, so that decoders may load eight bytes at once.
 */
public final class ChunkBatch {
    public static final int SLACK = 16;

    /** What there is room for at first: enough for a panel's dozen series; larger batches double it a few times. */
    private static final int FIRST_CHUNKS = 128;

    private static final int FIRST_DATA_BYTES = 1 << 13;

    public int seriesCount;
    public int[] firstChunk = new int[257];

    public int chunkCount;
    public byte[] encoding = new byte[FIRST_CHUNKS];
    public long[] minTimeMs = new long[FIRST_CHUNKS];
    public long[] maxTimeMs = new long[FIRST_CHUNKS];
    public int[] offset = new int[FIRST_CHUNKS];
    public int[] length = new int[FIRST_CHUNKS];

    public byte[] data = new byte[FIRST_DATA_BYTES];
    public int dataLength;

    public void clear() {
        seriesCount = 0;
        chunkCount = 0;
        dataLength = 0;
        firstChunk[0] = 0;
    }

    /** Exchanges all that the two have. */
    public void swap(ChunkBatch other) {
        int count = seriesCount;
        seriesCount = other.seriesCount;
        other.seriesCount = count;
        count = chunkCount;
        chunkCount = other.chunkCount;
        other.chunkCount = count;
        count = dataLength;
        dataLength = other.dataLength;
        other.dataLength = count;
        int[] ints = firstChunk;
        firstChunk = other.firstChunk;
        other.firstChunk = ints;
        ints = offset;
        offset = other.offset;
        other.offset = ints;
        ints = length;
        length = other.length;
        other.length = ints;
        long[] times = minTimeMs;
        minTimeMs = other.minTimeMs;
        other.minTimeMs = times;
        times = maxTimeMs;
        maxTimeMs = other.maxTimeMs;
        other.maxTimeMs = times;
        byte[] bytes = encoding;
        encoding = other.encoding;
        other.encoding = bytes;
        bytes = data;
        data = other.data;
        other.data = bytes;
    }

    /** Ends the series whose chunks were added last. */
    public void endSeries() {
        if (++seriesCount == firstChunk.length) {
            firstChunk = Arrays.copyOf(firstChunk, 2 * seriesCount);
        }
        firstChunk[seriesCount] = chunkCount;
    }

    /** Adds a chunk of {@code size} bytes, which the caller writes into {@code data} at the offset that is returned. */
    public int addChunk(byte chunkEncoding, long minMs, long maxMs, int size) {
        if (chunkCount == encoding.length) {
            int n = 2 * chunkCount;
            encoding = Arrays.copyOf(encoding, n);
            minTimeMs = Arrays.copyOf(minTimeMs, n);
            maxTimeMs = Arrays.copyOf(maxTimeMs, n);
            offset = Arrays.copyOf(offset, n);
            length = Arrays.copyOf(length, n);
        }
        if (dataLength + size + SLACK > data.length) {
            data = Arrays.copyOf(data, Math.max(2 * data.length, dataLength + size + SLACK));
        }
        int at = dataLength;
        encoding[chunkCount] = chunkEncoding;
        minTimeMs[chunkCount] = minMs;
        maxTimeMs[chunkCount] = maxMs;
        offset[chunkCount] = at;
        length[chunkCount++] = size;
        dataLength += size;
        return at;
    }
}
