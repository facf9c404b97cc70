package io.engram.querier.fetch;

import io.engram.promql.storage.SampleColumns;
import io.engram.promql.storage.SampleReader;
import java.util.function.Consumer;

/** Reads a run of series as samples: each series' chunks are folded as it is asked for. Used by one thread. */
final class ChunkReader implements SampleReader {
    private final ChunkWalk walk;
    private final ReadBuffers buffers;
    private final Consumer<ReadBuffers> giveBack;
    private final FetchBudget budget;
    private boolean closed;

    /**
     * @param buffers those of the walk, for this reader alone until it is closed
     * @param giveBack takes the buffers then
     */
    ChunkReader(ChunkWalk walk, ReadBuffers buffers, Consumer<ReadBuffers> giveBack, FetchBudget budget) {
        this.walk = walk;
        this.buffers = buffers;
        this.giveBack = giveBack;
        this.budget = budget;
    }

    @Override
    public boolean next(SampleColumns into) {
        if (!walk.nextSeries()) {
            return false;
        }
        into.clear();
        buffers.fold.reset();
        while (walk.nextChunk()) {
            buffers.fold.add(walk.batch(), walk.chunk(), into);
        }
        budget.addSamples(into.size);
        return true;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            giveBack.accept(buffers);
        }
    }
}
