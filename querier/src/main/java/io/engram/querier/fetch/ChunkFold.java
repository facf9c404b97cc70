package io.engram.querier.fetch;

import io.engram.model.read.ChunkBatch;
import io.engram.model.read.ChunkEncoding;
import io.engram.promql.engine.QueryException;
import io.engram.promql.storage.SampleColumns;
import io.engram.tsdb.chunk.XorDecoder;
import java.util.Arrays;

/**
 * Makes one series of samples out of chunks that come from several places and may overlap. Used by one thread.
 *
 * <ol>
 *   <li>Chunks are added in the order of their first samples, as far as that is known.
 *   <li>A chunk that equals one added before, byte for byte, is a copy of it and is not decoded.
 *   <li>A chunk that begins behind the last sample is decoded right behind it. That is the common case.
 *   <li>Any other is decoded aside and merged into the tail that it overlaps; of equal timestamps the first stays.
 * </ol>
 */
final class ChunkFold {
    private final long minTimeMs;
    private final long maxTimeMs;
    private final SampleColumns aside = new SampleColumns();
    private final SampleColumns tail = new SampleColumns();

    /** Places of the chunks added for this series that begin at {@link #recentMinMs}. */
    private ChunkBatch[] recentBatch = new ChunkBatch[4];

    private int[] recentChunk = new int[4];
    private int recentCount;
    private long recentMinMs;

    /** @param minTimeMs samples before this are left out; so are those after {@code maxTimeMs} */
    ChunkFold(long minTimeMs, long maxTimeMs) {
        this.minTimeMs = minTimeMs;
        this.maxTimeMs = maxTimeMs;
    }

    /** Begins a new series. */
    void reset() {
        recentCount = 0;
    }

    /** Adds what is in chunk {@code chunk} of {@code batch} to the samples of the series. */
    void add(ChunkBatch batch, int chunk, SampleColumns into) {
        if (batch.maxTimeMs[chunk] < minTimeMs || batch.minTimeMs[chunk] > maxTimeMs || seen(batch, chunk)) {
            return;
        }
        if (into.size == 0 || batch.minTimeMs[chunk] > into.timestampMs[into.size - 1]) {
            into.size += decode(batch, chunk, into, into.size);
        } else {
            aside.size = decode(batch, chunk, aside, 0);
            merge(into);
        }
    }

    private int decode(ChunkBatch batch, int chunk, SampleColumns into, int at) {
        if (batch.encoding[chunk] != ChunkEncoding.XOR) {
            throw new QueryException(
                    QueryException.Kind.EXECUTION,
                    "the query finds native histograms (chunk encoding " + batch.encoding[chunk]
                            + "), which it cannot evaluate: narrow the selector to float series");
        }
        int offset = batch.offset[chunk];
        int length = batch.length[chunk];
        into.ensureCapacity(at + XorDecoder.sampleCount(batch.data, offset, length));
        return XorDecoder.decode(batch.data, offset, length, minTimeMs, maxTimeMs, into.timestampMs, into.value, at);
    }

    /** Whether an equal chunk was added before; remembers this one. Only chunks that begin together can be equal. */
    private boolean seen(ChunkBatch batch, int chunk) {
        if (recentCount > 0 && batch.minTimeMs[chunk] == recentMinMs) {
            for (int i = 0; i < recentCount; i++) {
                if (equal(batch, chunk, recentBatch[i], recentChunk[i])) {
                    return true;
                }
            }
        } else {
            recentCount = 0;
            recentMinMs = batch.minTimeMs[chunk];
        }
        if (recentCount == recentBatch.length) {
            recentBatch = Arrays.copyOf(recentBatch, 2 * recentCount);
            recentChunk = Arrays.copyOf(recentChunk, 2 * recentCount);
        }
        recentBatch[recentCount] = batch;
        recentChunk[recentCount++] = chunk;
        return false;
    }

    /** Whether two chunks are the same bytes. */
    static boolean equal(ChunkBatch a, int i, ChunkBatch b, int j) {
        return a.length[i] == b.length[j]
                && a.encoding[i] == b.encoding[j]
                && Arrays.equals(
                        a.data, a.offset[i], a.offset[i] + a.length[i], b.data, b.offset[j], b.offset[j] + b.length[j]);
    }

    /** Merges {@link #aside} into the part of {@code into} that is not before it. */
    private void merge(SampleColumns into) {
        if (aside.size == 0) {
            return;
        }
        int from = Arrays.binarySearch(into.timestampMs, 0, into.size, aside.timestampMs[0]);
        from = from < 0 ? -from - 1 : from;
        tail.size = into.size - from;
        tail.ensureCapacity(tail.size);
        System.arraycopy(into.timestampMs, from, tail.timestampMs, 0, tail.size);
        System.arraycopy(into.value, from, tail.value, 0, tail.size);
        into.ensureCapacity(into.size + aside.size);
        into.size = from + mergeTail(into.timestampMs, into.value, from);
    }

    private int mergeTail(long[] timestampMs, double[] value, int at) {
        int out = at;
        int i = 0;
        int j = 0;
        while (i < tail.size && j < aside.size) {
            boolean first = tail.timestampMs[i] <= aside.timestampMs[j];
            j += tail.timestampMs[i] == aside.timestampMs[j] ? 1 : 0;
            SampleColumns source = first ? tail : aside;
            int k = first ? i++ : j++;
            timestampMs[out] = source.timestampMs[k];
            value[out++] = source.value[k];
        }
        SampleColumns rest = i < tail.size ? tail : aside;
        int k = i < tail.size ? i : j;
        System.arraycopy(rest.timestampMs, k, timestampMs, out, rest.size - k);
        System.arraycopy(rest.value, k, value, out, rest.size - k);
        return out + rest.size - k - at;
    }
}
