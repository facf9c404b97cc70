package io.engram.ingester;

import io.engram.model.read.ChunkBatch;
import io.engram.model.read.SeriesTable;
import io.engram.model.replica.ActivityTable;
import io.engram.proto.Select;
import io.engram.proto.SelectCursor;
import io.engram.tsdb.head.HeadSelection;
import io.engram.tsdb.head.Heads;

/** A selection of the head, as queriers know it. */
record HeadCursor(HeadSelection selection, Heads heads, Select.Query query) implements SelectCursor {
    @Override
    public SeriesTable series() {
        return selection.series();
    }

    @Override
    public void fetch(int[] ordinals, int from, int to, ChunkBatch into) {
        selection.fetch(ordinals, from, to, into);
    }

    @Override
    public ActivityTable activity() {
        return heads.activity(query.tenant(), SelectCursor.activityFromMs(query.minTimeMs()), query.maxTimeMs());
    }

    @Override
    public void close() {
        selection.close();
    }
}
