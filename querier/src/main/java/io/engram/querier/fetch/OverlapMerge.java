package io.engram.querier.fetch;

import io.engram.model.read.ChunkBatch;
import io.engram.model.read.ChunkEncoding;
import io.engram.promql.storage.SampleColumns;
import io.engram.tsdb.chunk.XorEncoder;
import java.util.Arrays;

/**
 * Makes chunks that follow each other out of chunks that may overlap. Used by one thread.
 *
 * <ol>
 *   <li>Chunks are added in the order of their first samples.
 *   <li>A chunk that equals one added before, byte for byte, is a copy of it and is left out.
 *   <li>A chunk that overlaps none is passed on as it is.
 *   <li>A run of chunks of which each overlaps one before it is decoded, merged and encoded anew.
 * </ol>
 */
final class OverlapMerge {
    private final long minTimeMs;
    private final long maxTimeMs;
    private final ChunkFold fold = new ChunkFold(Long.MIN_VALUE, Long.MAX_VALUE);
    private final SampleColumns samples = new SampleColumns();
    private final XorEncoder encoder = new XorEncoder();

    private ChunkBatch[] batch = new ChunkBatch[32];
    private int[] chunk = new int[32];
    private int count;

    /** @param minTimeMs chunks that end before this are left out; so are those that begin after {@code maxTimeMs} */
    OverlapMerge(long minTimeMs, long maxTimeMs) {
        this.minTimeMs = minTimeMs;
        this.maxTimeMs = maxTimeMs;
    }

    /** Begins a new series. */
    void begin() {
        count = 0;
    }

    void add(ChunkBatch from, int index) {
        if (from.maxTimeMs[index] < minTimeMs || from.minTimeMs[index] > maxTimeMs || seen(from, index)) {
            return;
        }
        if (count == chunk.length) {
            batch = Arrays.copyOf(batch, 2 * count);
            chunk = Arrays.copyOf(chunk, 2 * count);
        }
        batch[count] = from;
        chunk[count++] = index;
    }

    /** Only chunks that begin together can be equal. */
    private boolean seen(ChunkBatch from, int index) {
        for (int i = count - 1; i >= 0 && batch[i].minTimeMs[chunk[i]] == from.minTimeMs[index]; i--) {
            if (ChunkFold.equal(from, index, batch[i], chunk[i])) {
                return true;
            }
        }
        return false;
    }

    /** Writes the chunks of the series. Those made here are in arrays of their own. */
    void finish(SeriesChunks into) {
        into.clear();
        int first = 0;
        while (first < count) {
            long endMs = maxMs(first);
            int next = first + 1;
            while (next < count && minMs(next) <= endMs) {
                endMs = Math.max(endMs, maxMs(next++));
            }
            if (next == first + 1) {
                pass(first, into);
            } else {
                merge(first, next, into);
            }
            first = next;
        }
    }

    private void pass(int i, SeriesChunks into) {
        ChunkBatch from = batch[i];
        int c = chunk[i];
        into.add(from.encoding[c], from.minTimeMs[c], from.maxTimeMs[c], from.data, from.offset[c], from.length[c]);
    }

    private void merge(int first, int next, SeriesChunks into) {
        for (int i = first; i < next; i++) {
            if (batch[i].encoding[chunk[i]] != ChunkEncoding.XOR) {
                mergeMixed(first, next, into);
                return;
            }
        }
        fold.reset();
        samples.size = 0;
        for (int i = first; i < next; i++) {
            fold.add(batch[i], chunk[i], samples);
        }
        FloatChunks.encode(samples.timestampMs, samples.value, samples.size, encoder, into);
    }

    private void mergeMixed(int first, int next, SeriesChunks into) {
        MixedMerge mixed = new MixedMerge();
        for (int i = first; i < next; i++) {
            mixed.add(batch[i], chunk[i]);
        }
        mixed.drain(FloatChunks.MOST_SAMPLES, into);
    }

    private long minMs(int i) {
        return batch[i].minTimeMs[chunk[i]];
    }

    private long maxMs(int i) {
        return batch[i].maxTimeMs[chunk[i]];
    }
}
