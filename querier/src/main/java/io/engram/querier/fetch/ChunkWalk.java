package io.engram.querier.fetch;

import io.engram.model.read.ChunkBatch;
import io.engram.proto.SelectCursor;
import java.util.Arrays;
import java.util.List;

/**
 * Goes through the chunks of a run of series, series by series: fetches them batch by batch from every source that has a
 * copy, and hands out those of all copies of a series, the earliest first. Used by one thread.
 */
final class ChunkWalk {
    /** Suits the stores: they hold a lock for so many series at most. */
    static final int BATCH_SERIES = 256;
    /** Chunks that a batch shall not exceed, but with its first series: some 2 MB. */
    private static final int BATCH_CHUNKS = 16_384;

    private final List<SelectCursor> cursors;
    private final JoinedSeries joined;
    private final int end;
    private final ReadBuffers buffers;
    private final FetchBudget budget;

    private final ChunkBatch[] batches;
    /** Per source: the next series of its batch. */
    private final int[] nextInBatch;
    /** Per copy of the series at hand: its source, its next chunk, and where they end. */
    private final int[] source;

    private final int[] nextChunk;
    private final int[] endOfChunks;

    private int next;
    private int batchEnd;
    private int copies;

    private ChunkBatch batch;
    private int chunk;

    /** @param buffers for this walk alone while it lasts */
    ChunkWalk(
            List<SelectCursor> cursors,
            JoinedSeries joined,
            int from,
            int to,
            ReadBuffers buffers,
            FetchBudget budget) {
        this.cursors = cursors;
        this.joined = joined;
        this.next = from;
        this.batchEnd = from;
        this.end = to;
        this.buffers = buffers;
        this.budget = budget;
        this.batches = buffers.batches;
        this.nextInBatch = new int[batches.length];
        this.source = new int[joined.maxCopies()];
        this.nextChunk = new int[joined.maxCopies()];
        this.endOfChunks = new int[joined.maxCopies()];
    }

    /** Goes to the next series; false behind the last. The chunks of the one before may be overwritten. */
    boolean nextSeries() {
        if (next == end) {
            return false;
        }
        if (next == batchEnd) {
            fetchBatch();
        }
        int first = joined.firstCopy(next);
        copies = joined.endOfCopies(next) - first;
        for (int c = 0; c < copies; c++) {
            int from = joined.source(first + c);
            int inBatch = nextInBatch[from]++;
            source[c] = from;
            nextChunk[c] = batches[from].firstChunk[inBatch];
            endOfChunks[c] = batches[from].firstChunk[inBatch + 1];
        }
        next++;
        return true;
    }

    /**
     * Goes to the series' next chunk; false behind its last. The earliest of all copies comes first, so that equal chunks
     * meet and overlaps are short.
     */
    boolean nextChunk() {
        int earliest = -1;
        long earliestMs = Long.MAX_VALUE;
        for (int c = 0; c < copies; c++) {
            if (nextChunk[c] < endOfChunks[c]) {
                long minMs = batches[source[c]].minTimeMs[nextChunk[c]];
                if (earliest < 0 || minMs < earliestMs) {
                    earliest = c;
                    earliestMs = minMs;
                }
            }
        }
        if (earliest < 0) {
            return false;
        }
        batch = batches[source[earliest]];
        chunk = nextChunk[earliest]++;
        return true;
    }

    /** Where the chunk at hand lies: {@link #chunk()} of this. */
    ChunkBatch batch() {
        return batch;
    }

    int chunk() {
        return chunk;
    }

    private void fetchBatch() {
        int chunks = 0;
        while (batchEnd < end && batchEnd - next < BATCH_SERIES) {
            chunks += joined.chunkCount(batchEnd);
            if (chunks > BATCH_CHUNKS && batchEnd > next) {
                break;
            }
            batchEnd++;
        }
        for (int from = 0; from < batches.length; from++) {
            fetchFrom(from);
        }
    }

    private void fetchFrom(int from) {
        int wanted = 0;
        for (int copy = joined.firstCopy(next); copy < joined.endOfCopies(batchEnd - 1); copy++) {
            if (joined.source(copy) == from) {
                if (wanted == buffers.ordinals.length) {
                    buffers.ordinals = Arrays.copyOf(buffers.ordinals, 2 * wanted);
                }
                buffers.ordinals[wanted++] = joined.ordinal(copy);
            }
        }
        ChunkBatch into = batches[from];
        into.clear();
        nextInBatch[from] = 0;
        if (wanted > 0) {
            cursors.get(from).fetch(buffers.ordinals, 0, wanted, into);
            if (into.seriesCount != wanted) {
                throw new IllegalStateException(
                        "source " + from + " answered " + into.seriesCount + " series, asked were " + wanted);
            }
            budget.addChunks(into.chunkCount, into.dataLength);
        }
    }
}
