package io.engram.tsdb.block;

import io.engram.model.read.ChunkBatch;
import java.io.IOException;

/**
 * Writes the chunks of one series that a fetch brought: those that overlap no other are copied, the others are decoded,
 * merged and encoded anew, for a block has the chunks of a series one behind the other. Of samples at one time that of the
 * earlier chunk stays. Reused from series to series; for one thread.
 */
public final class SeriesChunks {
    private final long minMs;
    private final long endMs;
    private final SampleRun decoded = new SampleRun();
    private SampleRun merged = new SampleRun();
    private SampleRun next = new SampleRun();
    private final ChunkCutter cutter = new ChunkCutter();

    /**
     * @param minMs samples before are left out
     * @param endMs samples at it and later are left out
     */
    public SeriesChunks(long minMs, long endMs) {
        this.minMs = minMs;
        this.endMs = endMs;
    }

    /**
     * @param series of the batch; its chunks are in the order of their first samples
     * @throws io.engram.tsdb.chunk.CorruptChunk where one must be decoded and is damaged
     */
    public void write(ChunkBatch batch, int series, BlockWriter into) throws IOException {
        int end = batch.firstChunk[series + 1];
        for (int c = batch.firstChunk[series]; c < end; ) {
            int groupEnd = c + 1;
            long groupMaxMs = batch.maxTimeMs[c];
            while (groupEnd < end && batch.minTimeMs[groupEnd] <= groupMaxMs) {
                groupMaxMs = Math.max(groupMaxMs, batch.maxTimeMs[groupEnd++]);
            }
            if (groupEnd == c + 1 && batch.minTimeMs[c] >= minMs && groupMaxMs < endMs) {
                into.addChunk(
                        batch.minTimeMs[c],
                        batch.maxTimeMs[c],
                        batch.encoding[c],
                        batch.data,
                        batch.offset[c],
                        batch.length[c]);
            } else {
                recode(batch, c, groupEnd, into);
            }
            c = groupEnd;
        }
    }

    private void recode(ChunkBatch batch, int from, int to, BlockWriter into) throws IOException {
        merged.clear();
        for (int c = from; c < to; c++) {
            decoded.clear();
            decoded.add(batch.encoding[c], batch.data, batch.offset[c], batch.length[c]);
            decoded.keep(0, time -> time >= minMs && time < endMs);
            merge();
        }
        cutter.cut(merged, into::addChunk);
    }

    /** Brings {@link #decoded} into {@link #merged}. */
    private void merge() {
        next.clear();
        next.room(merged.count + decoded.count);
        int i = 0;
        int j = 0;
        while (i < merged.count || j < decoded.count) {
            if (j == decoded.count || (i < merged.count && merged.timeMs[i] <= decoded.timeMs[j])) {
                j += j < decoded.count && merged.timeMs[i] == decoded.timeMs[j] ? 1 : 0;
                next.add(merged, i++);
            } else {
                next.add(decoded, j++);
            }
        }
        SampleRun before = merged;
        merged = next;
        next = before;
    }
}
