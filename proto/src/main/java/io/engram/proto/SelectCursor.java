package io.engram.proto;

import io.engram.model.read.ChunkBatch;
import io.engram.model.read.SeriesTable;

/** What a select found. {@link #fetch} may be called by several threads, each with a batch of its own. */
public interface SelectCursor extends AutoCloseable {
    SeriesTable series();

    /**
     * Brings the chunks that overlap the asked range, of the series {@code ordinals[from .. to)} of {@link #series}, in
     * that order. A few hundred series at a time suit the stores. A series that has gone since brings no chunks.
     */
    void fetch(int[] ordinals, int from, int to, ChunkBatch into);

    @Override
    void close();
}
