package io.engram.querier.fetch;

import io.engram.promql.storage.SampleColumns;
import io.engram.promql.storage.SampleReader;
import io.engram.tsdb.replica.MergedSamples;
import io.engram.tsdb.replica.TwinMerge;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * Reads a run of groups as samples, a series for each. The only series of a group is folded as it would be without replica
 * labels; the twins of any other are folded one after the other, with what lies around the range, and then merged. Used by
 * one thread.
 */
final class TwinReader implements SampleReader {
    private final Twins twins;
    private final ChunkWalk walk;
    private final TwinBuffers buffers;
    private final Consumer<TwinBuffers> giveBack;
    private final FetchBudget budget;
    private final int end;
    private int group;
    private boolean closed;

    /** @param walk over the series of the groups {@code from .. to-1} */
    TwinReader(
            Twins twins,
            int from,
            int to,
            ChunkWalk walk,
            TwinBuffers buffers,
            Consumer<TwinBuffers> giveBack,
            FetchBudget budget) {
        this.twins = twins;
        this.group = from;
        this.end = to;
        this.walk = walk;
        this.buffers = buffers;
        this.giveBack = giveBack;
        this.budget = budget;
    }

    @Override
    public boolean next(SampleColumns into) {
        if (group == end) {
            return false;
        }
        int count = twins.groups().twins(group);
        if (count == 1) {
            fold(buffers.read.fold, into);
        } else {
            merge(count, into);
        }
        group++;
        return true;
    }

    private void fold(ChunkFold fold, SampleColumns into) {
        walk.nextSeries();
        into.clear();
        fold.reset();
        while (walk.nextChunk()) {
            fold.add(walk.batch(), walk.chunk(), into);
        }
        budget.addSamples(into.size);
    }

    private void merge(int count, SampleColumns into) {
        buffers.begin();
        int found = 0;
        int last = -1;
        for (int t = 0; t < count; t++) {
            fold(buffers.wide, buffers.twin(t));
            buffers.charge(buffers.twin(t).size, budget);
            if (buffers.twin(t).size > 0) {
                found++;
                last = t;
            }
        }
        if (found <= 1) {
            alone(found == 0 ? null : buffers.twin(last), into);
            return;
        }
        TwinMerge merge = buffers.merge;
        merge.begin(twins.ranks().ofGroup(group));
        int first = twins.groups().first(group);
        for (int t = 0; t < count; t++) {
            SampleColumns twin = buffers.twin(t);
            if (twin.size > 0) {
                merge.add(twins.ranks().replica(first + t), twin.timestampMs, twin.value, null, twin.size);
            }
        }
        MergedSamples merged = merge.merge(twins.minTimeMs(), twins.maxTimeMs(), twins.nowMs());
        twins.notes().merged(merged.holes);
        exchange(merged, into);
    }

    /** What would be merged is one series, or none: its samples in the range are the answer. */
    private void alone(SampleColumns twin, SampleColumns into) {
        into.clear();
        if (twin == null) {
            return;
        }
        int from = firstFrom(twin, twins.minTimeMs());
        int to = twins.maxTimeMs() == Long.MAX_VALUE ? twin.size : firstFrom(twin, twins.maxTimeMs() + 1);
        into.ensureCapacity(to - from);
        System.arraycopy(twin.timestampMs, from, into.timestampMs, 0, to - from);
        System.arraycopy(twin.value, from, into.value, 0, to - from);
        into.size = to - from;
    }

    private static int firstFrom(SampleColumns twin, long timeMs) {
        int at = Arrays.binarySearch(twin.timestampMs, 0, twin.size, timeMs);
        return at < 0 ? -at - 1 : at;
    }

    /** The columns change hands: the next merge writes into those that were given for this one. */
    private static void exchange(MergedSamples merged, SampleColumns into) {
        long[] times = into.timestampMs;
        double[] values = into.value;
        into.clear();
        into.timestampMs = merged.timeMs;
        into.value = merged.value;
        into.size = merged.count;
        merged.timeMs = times;
        merged.value = values;
        for (int c = 0; c < merged.changeCount; c++) {
            into.addChange(merged.changeAt[c], merged.changeIncrease[c], merged.changeReset[c]);
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
