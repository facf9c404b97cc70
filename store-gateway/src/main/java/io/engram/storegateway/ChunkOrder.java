package io.engram.storegateway;

import io.engram.model.read.ChunkBatch;

/** Puts the chunks of a series in order that come out of several blocks. */
final class ChunkOrder {
    private ChunkOrder() {}

    /** Sorts the chunks from {@code from} on by the times of their first samples. Blocks come in the order of their times, so that little moves. */
    static void sort(ChunkBatch batch, int from) {
        for (int i = from + 1; i < batch.chunkCount; i++) {
            byte encoding = batch.encoding[i];
            long min = batch.minTimeMs[i];
            long max = batch.maxTimeMs[i];
            int offset = batch.offset[i];
            int length = batch.length[i];
            int at = i;
            while (at > from && batch.minTimeMs[at - 1] > min) {
                batch.encoding[at] = batch.encoding[at - 1];
                batch.minTimeMs[at] = batch.minTimeMs[at - 1];
                batch.maxTimeMs[at] = batch.maxTimeMs[at - 1];
                batch.offset[at] = batch.offset[at - 1];
                batch.length[at] = batch.length[at - 1];
                at--;
            }
            batch.encoding[at] = encoding;
            batch.minTimeMs[at] = min;
            batch.maxTimeMs[at] = max;
            batch.offset[at] = offset;
            batch.length[at] = length;
        }
    }
}
