package io.engram.querier.fetch;

import io.engram.model.read.ChunkBatch;

/** What a reader works with, handed from one reader to the next: a query has a reader for every hundred series or so. */
final class ReadBuffers {
    /** One batch per source. */
    final ChunkBatch[] batches;

    final ChunkFold fold;
    /** Series to fetch from one source; grows where a source has copies of its own. */
    int[] ordinals = new int[ChunkWalk.BATCH_SERIES];

    ReadBuffers(int sources, long minTimeMs, long maxTimeMs) {
        this.batches = new ChunkBatch[sources];
        for (int source = 0; source < sources; source++) {
            batches[source] = new ChunkBatch();
        }
        this.fold = new ChunkFold(minTimeMs, maxTimeMs);
    }
}
