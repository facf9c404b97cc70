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
    private final RunMerge runs = new RunMerge();
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
        runs.begin(to - from);
        for (int c = from; c < to; c++) {
            SampleRun run = runs.run(c - from);
            run.add(batch.encoding[c], batch.data, batch.offset[c], batch.length[c]);
            run.keep(0, time -> time >= minMs && time < endMs);
        }
        cutter.cut(runs.merge(), into::addChunk);
    }
}
