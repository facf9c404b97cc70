package io.engram.querier.fetch;

import io.engram.model.histogram.Histogram;
import io.engram.model.read.ChunkEncoding;
import io.engram.promql.storage.SampleColumns;
import io.engram.tsdb.chunk.XorDecoder;
import io.engram.tsdb.chunk.XorEncoder;
import io.engram.tsdb.replica.Coverage;
import io.engram.tsdb.replica.MergedSamples;
import io.engram.tsdb.replica.Ranks;
import io.engram.tsdb.replica.ReplicaWindow;
import io.engram.tsdb.replica.TwinMerge;
import java.util.ArrayList;
import java.util.List;

/**
 * Makes chunks of what twins are merged into, floats and histograms alike, for readers of chunks: where only one twin has
 * data its chunks of floats are passed on as they are. Reused from series to series; used by one thread.
 */
final class TwinChunks {
    private final TwinBuffers buffers;
    private final FetchBudget budget;
    private final OverlapMerge copies;
    private final List<SeriesChunks> chunks = new ArrayList<>(); // by twin
    private final Coverage coverage = new Coverage();
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
        gather(twins.groups().twins(group), walk);
        into.clear();
        coverage.start(twins.minTimeMs(), twins.maxTimeMs());
        while (coverage.next()) {
            if (coverage.isChunk()) {
                into.add(chunks.get(coverage.twin()), coverage.chunk());
            } else {
                merge(twins, group, coverage.fromMs(), coverage.toMs(), into);
            }
        }
    }

    private void gather(int count, ChunkWalk walk) {
        coverage.begin(count);
        for (int t = 0; t < count; t++) {
            if (t == chunks.size()) {
                chunks.add(new SeriesChunks());
            }
            SeriesChunks own = chunks.get(t);
            walk.nextSeries();
            copies.begin();
            while (walk.nextChunk()) {
                copies.add(walk.batch(), walk.chunk());
            }
            copies.finish(own);
            own.keep(); // the next twin's batch may take the place of this one's
            for (int c = 0; c < own.count; c++) {
                // The first histogram of a chunk may say that it was reset, since one that another twin takes the place
                // of.
                boolean floats = own.encoding[c] == ChunkEncoding.XOR;
                coverage.add(t, own.minTimeMs[c], own.maxTimeMs[c], floats);
            }
        }
        for (int t = count; t < chunks.size(); t++) {
            chunks.get(t).clear();
        }
    }

    private void merge(Twins twins, int group, long fromMs, long toMs, SeriesChunks into) {
        buffers.begin(); // the columns are used again from stretch to stretch
        TwinMerge merge = buffers.merge;
        Ranks ranks = twins.ranks().ofGroup(group);
        merge.begin(ranks);
        int first = twins.groups().first(group);
        for (int t = 0; t < twins.groups().twins(group); t++) {
            SampleColumns twin = buffers.twin(t);
            Histogram[] histograms =
                    read(chunks.get(t), ReplicaWindow.readFromMs(fromMs), ReplicaWindow.readToMs(toMs), twin);
            budget.addSamples(twin.size);
            buffers.charge(twin.size, budget);
            if (twin.size > 0) {
                merge.add(twins.ranks().replica(first + t), twin.timestampMs, twin.value, histograms, twin.size);
            }
        }
        MergedSamples merged = merge.merge(fromMs, toMs, twins.nowMs());
        if (merged.hasHistograms) {
            mixed.add(merged);
            mixed.drain(FloatChunks.MOST_SAMPLES, into);
        } else {
            FloatChunks.encode(merged.timeMs, merged.value, merged.count, encoder, into);
        }
    }

    /** Reads one twin between two times, both included; returns its histograms, or null where all samples are floats. */
    private Histogram[] read(SeriesChunks from, long fromMs, long toMs, SampleColumns into) {
        into.clear();
        boolean floats = true;
        for (int c = 0; c < from.count; c++) {
            floats &= from.encoding[c] == ChunkEncoding.XOR || !touches(from, c, fromMs, toMs);
        }
        for (int c = 0; c < from.count; c++) {
            if (touches(from, c, fromMs, toMs)) {
                if (floats) {
                    decode(from, c, fromMs, toMs, into);
                } else {
                    mixed.add(from, c);
                }
            }
        }
        return floats ? null : mixed.drain(into);
    }

    private static boolean touches(SeriesChunks chunks, int c, long fromMs, long toMs) {
        return chunks.maxTimeMs[c] >= fromMs && chunks.minTimeMs[c] <= toMs;
    }

    private static void decode(SeriesChunks from, int c, long fromMs, long toMs, SampleColumns into) {
        byte[] data = from.data[c];
        into.ensureCapacity(into.size + XorDecoder.sampleCount(data, from.offset[c], from.length[c]));
        into.size += XorDecoder.decode(
                data, from.offset[c], from.length[c], fromMs, toMs, into.timestampMs, into.value, into.size);
    }
}
