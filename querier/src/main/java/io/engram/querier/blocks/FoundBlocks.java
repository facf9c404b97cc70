package io.engram.querier.blocks;

import io.engram.model.block.BlockId;
import io.engram.model.read.ChunkBatch;
import io.engram.model.read.SeriesTable;
import io.engram.model.replica.ActivityTable;
import io.engram.proto.SelectBlocks;
import io.engram.proto.SelectCursor;
import java.util.List;
import java.util.Set;

/** A cursor that knows which blocks were looked at. */
record FoundBlocks(Set<BlockId> blocks, SelectCursor cursor) implements SelectBlocks.Cursor {
    FoundBlocks {
        blocks = Set.copyOf(blocks);
    }

    @Override
    public SeriesTable series() {
        return cursor.series();
    }

    @Override
    public void fetch(int[] ordinals, int from, int to, ChunkBatch into) {
        cursor.fetch(ordinals, from, to, into);
    }

    @Override
    public ActivityTable activity() {
        return cursor.activity();
    }

    @Override
    public List<String> infos() {
        return cursor.infos();
    }

    @Override
    public void close() {
        cursor.close();
    }
}
