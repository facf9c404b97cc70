package io.engram.ingester;

import io.engram.model.read.ChunkBatch;
import io.engram.model.read.SeriesTable;
import io.engram.proto.SelectCursor;
import io.engram.tsdb.head.HeadSelection;

/** A selection of the head, as queriers know it. */
record HeadCursor(HeadSelection selection) implements SelectCursor {
    @Override
    public SeriesTable series() {
        return selection.series();
    }

    @Override
    public void fetch(int[] ordinals, int from, int to, ChunkBatch into) {
        selection.fetch(ordinals, from, to, into);
    }

    @Override
    public void close() {
        selection.close();
    }
}
