package io.engram.querier.fetch;

import io.engram.model.read.ChunkBatch;

/**
 * Puts the chunks of a series' copies into one row, in the order of their first samples. A chunk that equals one of another
 * copy, byte for byte, is left out: that is most of them, and none is decoded for it. Used by one thread.
 */
final class CopyChunks {
    /** Per copy of the series at hand: its batch, its next chunk, and where they end. */
    private final ChunkBatch[] batch;

    private final int[] next;
    private final int[] end;
    private int copies;

    CopyChunks(int maxCopies) {
        this.batch = new ChunkBatch[maxCopies];
        this.next = new int[maxCopies];
        this.end = new int[maxCopies];
    }

    /** Begins a series. */
    void begin() {
        copies = 0;
    }

    /** Adds the chunks of series {@code inBatch} of a batch. */
    void add(ChunkBatch from, int inBatch) {
        batch[copies] = from;
        next[copies] = from.firstChunk[inBatch];
        end[copies++] = from.firstChunk[inBatch + 1];
    }

    /** Writes the chunks of all copies, and ends the series. */
    void finish(ChunkBatch into) {
        int sameTime = into.chunkCount; // the first of those written that begin when the last one does
        for (int copy = earliest(); copy >= 0; copy = earliest()) {
            ChunkBatch from = batch[copy];
            int chunk = next[copy]++;
            if (sameTime < into.chunkCount && into.minTimeMs[sameTime] != from.minTimeMs[chunk]) {
                sameTime = into.chunkCount;
            }
            if (!written(from, chunk, into, sameTime)) {
                int length = from.length[chunk];
                int at = into.addChunk(from.encoding[chunk], from.minTimeMs[chunk], from.maxTimeMs[chunk], length);
                System.arraycopy(from.data, from.offset[chunk], into.data, at, length);
            }
        }
        into.endSeries();
    }

    /** Of chunks that begin together, those of the copy that was added first. */
    private int earliest() {
        int earliest = -1;
        for (int copy = 0; copy < copies; copy++) {
            if (next[copy] < end[copy]
                    && (earliest < 0
                            || batch[copy].minTimeMs[next[copy]] < batch[earliest].minTimeMs[next[earliest]])) {
                earliest = copy;
            }
        }
        return earliest;
    }

    private static boolean written(ChunkBatch from, int chunk, ChunkBatch into, int first) {
        for (int i = first; i < into.chunkCount; i++) {
            if (ChunkFold.equal(from, chunk, into, i)) {
                return true;
            }
        }
        return false;
    }
}
