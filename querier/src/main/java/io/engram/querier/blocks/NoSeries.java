package io.engram.querier.blocks;

import io.engram.model.read.ChunkBatch;
import io.engram.model.read.SeriesTable;
import io.engram.proto.SelectCursor;

/** What is found where there are no blocks to look at. */
enum NoSeries implements SelectCursor {
    CURSOR;

    @Override
    public SeriesTable series() {
        return SeriesTable.EMPTY;
    }

    @Override
    public void fetch(int[] ordinals, int from, int to, ChunkBatch into) {
        throw new IllegalStateException("there are no series");
    }

    @Override
    public void close() {}
}
