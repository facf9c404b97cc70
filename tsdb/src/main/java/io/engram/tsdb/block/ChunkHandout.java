package io.engram.tsdb.block;

import io.engram.model.read.ChunkBatch;
import io.engram.model.read.ChunkEncoding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * Adds chunks of blocks to batches as queries know them: those in newer encodings than Engram writes are encoded anew, and so are
 * those of which samples were deleted, without these. Reused from chunk to chunk; for one thread.
 */
public final class ChunkHandout {
    private final SampleRun run = new SampleRun();
    private final ChunkCutter cutter = new ChunkCutter();
    private byte[] scratch = new byte[0];

    /**
     * @param frame the chunk, decoded from {@code data}
     * @param offset of the chunk in its segment
     * @param minMs of its first sample, as the index says
     * @param maxMs of its last sample, as the index says
     * @param deleted of the series
     * @return how many chunks it has become
     * @throws CorruptBlock where a chunk that had to be decoded is not what the index says
     */
    public int add(
            ChunkFrame frame,
            byte[] data,
            BlockPath path,
            long offset,
            long minMs,
            long maxMs,
            Intervals deleted,
            ChunkBatch into) {
        int before = into.chunkCount;
        boolean touched = deleted.touches(minMs, maxMs);
        if (frame.encoding <= ChunkEncoding.FLOAT_HISTOGRAM && !touched) {
            int at = into.addChunk(frame.encoding, minMs, maxMs, frame.dataLength);
            System.arraycopy(data, frame.dataAt, into.data, at, frame.dataLength);
        } else {
            decode(frame, data, path, offset, minMs, maxMs);
            if (touched) {
                run.keep(0, time -> !deleted.contains(time));
            }
            encode(into);
        }
        return into.chunkCount - before;
    }

    private void decode(ChunkFrame frame, byte[] data, BlockPath path, long offset, long minMs, long maxMs) {
        int end = frame.dataAt + frame.dataLength;
        byte[] slack = data;
        if (end + ChunkBatch.SLACK > data.length) {
            if (scratch.length < end + ChunkBatch.SLACK) {
                scratch = new byte[end + ChunkBatch.SLACK];
            }
            System.arraycopy(data, frame.dataAt, scratch, frame.dataAt, frame.dataLength);
            Arrays.fill(scratch, end, end + ChunkBatch.SLACK, (byte) 0);
            slack = scratch;
        }
        run.clear();
        run.add(frame, slack, path, offset, minMs, maxMs);
    }

    private void encode(ChunkBatch into) {
        try {
            cutter.cut(run, (min, max, encoding, bytes, from, length) -> {
                int at = into.addChunk(encoding, min, max, length);
                System.arraycopy(bytes, from, into.data, at, length);
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a batch does not throw it
        }
    }
}
