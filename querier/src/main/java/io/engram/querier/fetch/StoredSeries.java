package io.engram.querier.fetch;

import io.engram.model.labels.Labels;
import io.engram.proto.SelectCursor;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * What a selection found, series by series, sorted by labels, with the chunks as they are stored; only chunks that
 * overlap are merged. Holds the chunks of some hundred series at a time. Owns its cursors; used by one thread.
 */
public final class StoredSeries implements AutoCloseable {
    private final List<SelectCursor> cursors;
    private final Labels[] labels;
    private final ChunkWalk walk;
    private final OverlapMerge merge;
    private final SeriesChunks chunks = new SeriesChunks();
    private int at = -1;

    private StoredSeries(List<SelectCursor> cursors, Labels[] labels, ChunkWalk walk, OverlapMerge merge) {
        this.cursors = cursors;
        this.labels = labels;
        this.walk = walk;
        this.merge = merge;
    }

    /** Takes over the cursors. */
    static StoredSeries of(
            List<SelectCursor> cursors,
            JoinedSeries joined,
            ReplicaView replicas,
            long minTimeMs,
            long maxTimeMs,
            FetchBudget budget) {
        int n = joined.size();
        Labels[] shown = new Labels[n];
        Integer[] order = new Integer[n];
        for (int i = 0; i < n; i++) {
            shown[i] = replicas.shown(joined.labels(i));
            order[i] = i;
        }
        Comparator<Integer> byLabels = Comparator.comparing(i -> shown[i]);
        Arrays.sort(
                order,
                byLabels.thenComparing(i -> replicas.rank(joined.labels(i))).thenComparing(joined::labels));
        int[] which = new int[n];
        int kept = 0;
        for (int i = 0; i < n; i++) {
            if (i == 0 || !shown[order[i]].equals(shown[order[i - 1]])) { // else a twin of one that was taken
                which[kept++] = order[i];
            }
        }
        JoinedSeries picked = joined.pick(Arrays.copyOf(which, kept));
        Labels[] labels = new Labels[kept];
        Arrays.setAll(labels, i -> shown[which[i]]);
        ReadBuffers buffers = new ReadBuffers(cursors.size(), minTimeMs, maxTimeMs);
        ChunkWalk walk = new ChunkWalk(cursors, picked, 0, kept, buffers, budget);
        return new StoredSeries(cursors, labels, walk, new OverlapMerge(minTimeMs, maxTimeMs));
    }

    /**
     * Goes to the next series; false behind the last.
     *
     * @throws io.engram.promql.engine.QueryException where the fetch budget is used up
     */
    public boolean next() {
        if (!walk.nextSeries()) {
            return false;
        }
        at++;
        merge.begin();
        while (walk.nextChunk()) {
            merge.add(walk.batch(), walk.chunk());
        }
        merge.finish(chunks);
        return true;
    }

    public Labels labels() {
        return labels[at];
    }

    /** The chunks of the series at hand, until {@link #next} is called. */
    public SeriesChunks chunks() {
        return chunks;
    }

    @Override
    public void close() {
        RuntimeException first = FoundSeries.closeAll(cursors);
        if (first != null) {
            throw first;
        }
    }
}
