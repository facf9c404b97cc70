package io.engram.tsdb.block;

import java.io.IOException;
import java.util.Arrays;
import java.util.List;

/**
 * Merges the chunks that several blocks have of one series. Reused from series to series; for one thread.
 *
 * <ol>
 *   <li>Chunks of all blocks, in the order of their times, fall into groups that overlap.
 *   <li>A group of one chunk is copied as it is; a group of the same chunk several times is copied once.
 *   <li>Any other group is decoded, merged, and encoded anew. So is a chunk that reaches beyond the range or that tombstones
 *       touch.
 *   <li>Of samples with one timestamp the one of the first block stays, be it a float or a histogram.
 * </ol>
 */
final class SeriesMerge {
    private final long minMs;
    private final long endMs;
    private final ChunkCutter cutter = new ChunkCutter();

    private int count;
    private long[] min = new long[64];
    private long[] max = new long[64];
    private long[] ref = new long[64];
    private int[] from = new int[64]; // which source
    /** By source. */
    private final RunMerge runs = new RunMerge();

    /** Chunks copied, and chunks that had to be decoded. */
    long copied;

    long recoded;

    /** @param endMs excluded */
    SeriesMerge(long minMs, long endMs) {
        this.minMs = minMs;
        this.endMs = endMs;
    }

    /** @param sources those that stand at the series, in the order in which they win */
    void merge(List<MergeSource> sources, BlockWriter into) throws IOException {
        gather(sources);
        for (int start = 0; start < count; ) {
            int end = start + 1;
            long groupMax = max[start];
            while (end < count && min[end] <= groupMax) {
                groupMax = Math.max(groupMax, max[end++]);
            }
            if (isOneChunk(sources, start, end)) {
                copy(sources.get(from[start]), start, into);
            } else {
                recode(sources, start, end, into);
            }
            start = end;
        }
    }

    /** Those that reach into the range and are not deleted, sorted by time; of the same time the first source's first. */
    private void gather(List<MergeSource> sources) {
        count = 0;
        for (int s = 0; s < sources.size(); s++) {
            MergeSource source = sources.get(s);
            ChunkList chunks = source.series.chunks;
            for (int c = 0; c < chunks.count; c++) {
                boolean outside = chunks.maxMs[c] < minMs || chunks.minMs[c] >= endMs;
                if (!outside && !source.deleted.covers(chunks.minMs[c], chunks.maxMs[c])) {
                    insert(chunks.minMs[c], chunks.maxMs[c], chunks.ref[c], s);
                }
            }
        }
    }

    /** Each source's chunks are in order, and so, mostly, are the sources: there is little to move. */
    private void insert(long chunkMin, long chunkMax, long chunkRef, int source) {
        if (count == ref.length) {
            min = Arrays.copyOf(min, 2 * count);
            max = Arrays.copyOf(max, 2 * count);
            ref = Arrays.copyOf(ref, 2 * count);
            from = Arrays.copyOf(from, 2 * count);
        }
        int at = count++;
        while (at > 0 && (min[at - 1] > chunkMin || (min[at - 1] == chunkMin && max[at - 1] > chunkMax))) {
            min[at] = min[at - 1];
            max[at] = max[at - 1];
            ref[at] = ref[at - 1];
            from[at] = from[at - 1];
            at--;
        }
        min[at] = chunkMin;
        max[at] = chunkMax;
        ref[at] = chunkRef;
        from[at] = source;
    }

    /** Whether a group is one whole chunk, once or several times. Leaves it loaded. */
    private boolean isOneChunk(List<MergeSource> sources, int start, int end) {
        for (int i = start; i < end; i++) {
            boolean whole = min[i] >= minMs
                    && max[i] < endMs
                    && !sources.get(from[i]).deleted.touches(min[i], max[i]);
            if (!whole || min[i] != min[start] || max[i] != max[start]) {
                return false;
            }
        }
        BlockChunkReader first = sources.get(from[start]).chunkReader;
        first.load(ref[start]);
        for (int i = start + 1; i < end; i++) {
            BlockChunkReader other = sources.get(from[i]).chunkReader;
            other.load(ref[i]);
            ChunkFrame a = first.frame;
            ChunkFrame b = other.frame;
            boolean same = a.encoding == b.encoding
                    && Arrays.equals(
                            first.data(),
                            a.dataAt,
                            a.dataAt + a.dataLength,
                            other.data(),
                            b.dataAt,
                            b.dataAt + b.dataLength);
            if (!same) {
                return false;
            }
        }
        return true;
    }

    private void copy(MergeSource source, int chunk, BlockWriter into) throws IOException {
        BlockChunkReader reader = source.chunkReader;
        ChunkFrame frame = reader.frame;
        into.addChunk(min[chunk], max[chunk], frame.encoding, reader.data(), frame.dataAt, frame.dataLength);
        copied++;
    }

    private void recode(List<MergeSource> sources, int start, int end, BlockWriter into) throws IOException {
        runs.begin(sources.size());
        for (int i = start; i < end; i++) {
            MergeSource source = sources.get(from[i]);
            SampleRun run = runs.run(from[i]);
            int before = run.count;
            source.chunkReader.load(ref[i]);
            source.chunkReader.decode(ref[i], min[i], max[i], run);
            Intervals deleted = source.deleted;
            if (min[i] < minMs || max[i] >= endMs || deleted.touches(min[i], max[i])) {
                run.keep(before, time -> time >= minMs && time < endMs && !deleted.contains(time));
            }
        }
        recoded += end - start;
        cutter.cut(runs.merge(), into::addChunk);
    }
}
