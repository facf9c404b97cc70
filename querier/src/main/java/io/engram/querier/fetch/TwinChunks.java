package io.engram.querier.fetch;

import io.engram.model.histogram.Histogram;
import io.engram.model.read.ChunkEncoding;
import io.engram.promql.storage.SampleColumns;
import io.engram.tsdb.chunk.XorEncoder;
import io.engram.tsdb.replica.MergedSamples;
import io.engram.tsdb.replica.TwinMerge;

/**
 * Makes chunks of what twins are merged into, floats and histograms alike, for readers of chunks. Reused from series to
 * series; used by one thread.
 */
final class TwinChunks {
    private final TwinBuffers buffers;
    private final FetchBudget budget;
    private final OverlapMerge copies;
    private final SeriesChunks chunks = new SeriesChunks();
    private final XorEncoder encoder = new XorEncoder();
    private final MixedMerge mixed = new MixedMerge();

    /** @param copies folds the chunks of one twin, with what lies around the range */
    TwinChunks(TwinBuffers buffers, OverlapMerge copies, FetchBudget budget) {
        this.buffers = buffers;
        this.copies = copies;
        this.budget = budget;
    }

    /**
     * Merges the twins of a group.
     *
     * @param group as {@code twins} number it
     * @param walk stands before the first of the group's series
     */
    void merge(Twins twins, int group, ChunkWalk walk, SeriesChunks into) {
        int count = twins.groups().twins(group);
        buffers.begin();
        Histogram[][] histograms = new Histogram[count][];
        for (int t = 0; t < count; t++) {
            walk.nextSeries();
            histograms[t] = read(walk, buffers.twin(t));
            budget.addSamples(buffers.twin(t).size);
            buffers.charge(buffers.twin(t).size, budget);
        }
        TwinMerge merge = buffers.merge;
        merge.begin(twins.ranks().ofGroup(group));
        int first = twins.groups().first(group);
        for (int t = 0; t < count; t++) {
            SampleColumns twin = buffers.twin(t);
            if (twin.size > 0) {
                merge.add(twins.ranks().replica(first + t), twin.timestampMs, twin.value, histograms[t], twin.size);
            }
        }
        MergedSamples merged = merge.merge(twins.minTimeMs(), twins.maxTimeMs(), twins.nowMs());
        into.clear();
        if (merged.hasHistograms) {
            mixed.add(merged);
            mixed.drain(FloatChunks.MOST_SAMPLES, into);
        } else {
            FloatChunks.encode(merged.timeMs, merged.value, merged.count, encoder, into);
        }
    }

    /** Reads one twin; returns its histograms, or null where all samples are floats. */
    private Histogram[] read(ChunkWalk walk, SampleColumns into) {
        copies.begin();
        while (walk.nextChunk()) {
            copies.add(walk.batch(), walk.chunk());
        }
        copies.finish(chunks);
        into.clear();
        for (int c = 0; c < chunks.count; c++) {
            if (chunks.encoding[c] != ChunkEncoding.XOR) {
                return readMixed(into);
            }
        }
        buffers.wide.decode(chunks, into);
        return null;
    }

    private Histogram[] readMixed(SampleColumns into) {
        for (int c = 0; c < chunks.count; c++) {
            mixed.add(chunks, c);
        }
        return mixed.drain(into);
    }
}
