package io.engram.querier.fetch;

import io.engram.model.read.ChunkBatch;
import io.engram.promql.storage.SampleColumns;
import io.engram.promql.storage.SampleReader;
import io.engram.proto.SelectCursor;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/**
 * Reads a run of series: fetches their chunks batch by batch from every source that has a copy, and folds each series'
 * chunks into samples as it is asked for. Used by one thread.
 */
final class ChunkReader implements SampleReader {
    /** Suits the stores: they hold a lock for so many series at most. */
    static final int BATCH_SERIES = 256;
    /** Chunks that a batch shall not exceed, but with its first series: some 2 MB. */
    private static final int BATCH_CHUNKS = 16_384;

    private final List<SelectCursor> cursors;
    private final JoinedSeries joined;
    private final int end;
    private final ReadBuffers buffers;
    private final Consumer<ReadBuffers> giveBack;
    private final FetchBudget budget;

    private final ChunkBatch[] batches;
    /** Per source: the next series of its batch. */
    private final int[] nextInBatch;
    /** Per copy of the series at hand: its next chunk, and where they end. */
    private final int[] nextChunk;

    private final int[] endOfChunks;

    private int next;
    private int batchEnd;
    private boolean closed;

    /**
     * @param buffers for this reader alone until it is closed
     * @param giveBack takes the buffers then
     */
    ChunkReader(
            List<SelectCursor> cursors,
            JoinedSeries joined,
            int from,
            int to,
            ReadBuffers buffers,
            Consumer<ReadBuffers> giveBack,
            FetchBudget budget) {
        this.cursors = cursors;
        this.joined = joined;
        this.next = from;
        this.batchEnd = from;
        this.end = to;
        this.buffers = buffers;
        this.giveBack = giveBack;
        this.budget = budget;
        this.batches = buffers.batches;
        this.nextInBatch = new int[batches.length];
        this.nextChunk = new int[joined.maxCopies()];
        this.endOfChunks = new int[joined.maxCopies()];
    }

    @Override
    public boolean next(SampleColumns into) {
        if (next == end) {
            return false;
        }
        if (next == batchEnd) {
            fetchBatch();
        }
        into.size = 0;
        buffers.fold.reset();
        int first = joined.firstCopy(next);
        int copies = joined.endOfCopies(next) - first;
        for (int c = 0; c < copies; c++) {
            int source = joined.source(first + c);
            int inBatch = nextInBatch[source]++;
            nextChunk[c] = batches[source].firstChunk[inBatch];
            endOfChunks[c] = batches[source].firstChunk[inBatch + 1];
        }
        if (copies == 1) {
            addAll(batches[joined.source(first)], into);
        } else {
            addByTime(first, copies, into);
        }
        next++;
        budget.addSamples(into.size);
        return true;
    }

    private void addAll(ChunkBatch batch, SampleColumns into) {
        for (int chunk = nextChunk[0]; chunk < endOfChunks[0]; chunk++) {
            buffers.fold.add(batch, chunk, into);
        }
    }

    /** The earliest chunk of all copies first, so that equal chunks meet and overlaps are short. */
    private void addByTime(int first, int copies, SampleColumns into) {
        while (true) {
            int earliest = -1;
            long earliestMs = Long.MAX_VALUE;
            for (int c = 0; c < copies; c++) {
                if (nextChunk[c] < endOfChunks[c]) {
                    long minMs = batches[joined.source(first + c)].minTimeMs[nextChunk[c]];
                    if (earliest < 0 || minMs < earliestMs) {
                        earliest = c;
                        earliestMs = minMs;
                    }
                }
            }
            if (earliest < 0) {
                return;
            }
            buffers.fold.add(batches[joined.source(first + earliest)], nextChunk[earliest]++, into);
        }
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
        for (int source = 0; source < batches.length; source++) {
            fetchFrom(source);
        }
    }

    private void fetchFrom(int source) {
        int wanted = 0;
        for (int copy = joined.firstCopy(next); copy < joined.endOfCopies(batchEnd - 1); copy++) {
            if (joined.source(copy) == source) {
                if (wanted == buffers.ordinals.length) {
                    buffers.ordinals = Arrays.copyOf(buffers.ordinals, 2 * wanted);
                }
                buffers.ordinals[wanted++] = joined.ordinal(copy);
            }
        }
        ChunkBatch batch = batches[source];
        batch.clear();
        nextInBatch[source] = 0;
        if (wanted > 0) {
            cursors.get(source).fetch(buffers.ordinals, 0, wanted, batch);
            if (batch.seriesCount != wanted) {
                throw new IllegalStateException(
                        "source " + source + " answered " + batch.seriesCount + " series, asked were " + wanted);
            }
            budget.addChunks(batch.chunkCount, batch.dataLength);
        }
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            giveBack.accept(buffers);
        }
    }
}
