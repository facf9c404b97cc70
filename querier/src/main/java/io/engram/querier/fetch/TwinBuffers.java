package io.engram.querier.fetch;

import io.engram.promql.storage.SampleColumns;
import io.engram.tsdb.replica.ReplicaWindow;
import io.engram.tsdb.replica.TwinMerge;
import java.util.Arrays;

/** What a reader of twins works with, handed from one reader to the next. */
final class TwinBuffers {
    final ReadBuffers read;
    /** For twins: folds what the merge must see around the range, too. */
    final ChunkFold wide;

    final TwinMerge merge = new TwinMerge();
    private SampleColumns[] twins = {};
    private long groupSamples;
    private long heldSamples;

    TwinBuffers(int sources, long minTimeMs, long maxTimeMs) {
        this.read = new ReadBuffers(sources, minTimeMs, maxTimeMs);
        this.wide = new ChunkFold(ReplicaWindow.readFromMs(minTimeMs), ReplicaWindow.readToMs(maxTimeMs));
    }

    /** Columns for each twin of a group; what they have of other groups is overwritten. */
    SampleColumns twin(int i) {
        if (i == twins.length) {
            twins = Arrays.copyOf(twins, Math.max(2, 2 * i));
            for (int t = i; t < twins.length; t++) {
                twins[t] = new SampleColumns();
            }
        }
        return twins[i];
    }

    /** Begins a group. */
    void begin() {
        groupSamples = 0;
    }

    /**
     * Counts the samples of one more twin of the group, and as many again for what the merge sets aside and gives out. The
     * columns stay as large as those of the largest group.
     *
     * @throws io.engram.promql.engine.QueryException where the query holds too much
     */
    void charge(int samples, FetchBudget budget) {
        groupSamples += 2L * samples;
        if (groupSamples > heldSamples) {
            budget.hold(groupSamples - heldSamples);
            heldSamples = groupSamples;
        }
    }
}
