package io.engram.querier.fetch;

import io.engram.model.labels.Labels;
import io.engram.proto.SelectCursor;
import io.engram.tsdb.replica.ReplicaWindow;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;

/**
 * What a selection found, series by series, sorted by labels, with the chunks as they are stored; only chunks that
 * overlap are merged, and twins. Holds the chunks of some hundred series at a time. Owns its cursors; used by one thread.
 */
public final class StoredSeries implements AutoCloseable {
    private final List<SelectCursor> cursors;
    private final Twins twins; // null where no series has twins
    private final int[] order; // groups as the twins number them
    private final Labels[] labels;
    private final ChunkWalk walk;
    private final OverlapMerge merge;
    private final TwinChunks twinChunks;
    private final SeriesChunks chunks = new SeriesChunks();
    private int at = -1;

    private StoredSeries(
            Selected found, int[] order, Labels[] labels, ChunkWalk walk, OverlapMerge merge, TwinChunks twinChunks) {
        this.cursors = found.cursors();
        this.twins = found.twins();
        this.order = order;
        this.labels = labels;
        this.walk = walk;
        this.merge = merge;
        this.twinChunks = twinChunks;
    }

    /** Takes over the cursors. */
    static StoredSeries of(Selected found, ReplicaView view, long minTimeMs, long maxTimeMs, FetchBudget budget) {
        TwinGroups groups = found.twins() == null
                ? TwinGroups.alone(found.joined())
                : found.twins().groups();
        Labels[] shown = new Labels[groups.size()];
        Arrays.setAll(shown, g -> view.shown(groups.labels(g)));
        Integer[] sorted = new Integer[shown.length];
        Arrays.setAll(sorted, g -> g);
        Arrays.sort(sorted, Comparator.comparing(g -> shown[g]));
        int[] order = Arrays.stream(sorted).mapToInt(Integer::intValue).toArray();
        Labels[] labels = new Labels[order.length];
        Arrays.setAll(labels, i -> shown[order[i]]);

        JoinedSeries joined = groups.pick(order).joined();
        TwinBuffers buffers = new TwinBuffers(found.cursors().size(), minTimeMs, maxTimeMs);
        OverlapMerge wide = new OverlapMerge(ReplicaWindow.readFromMs(minTimeMs), ReplicaWindow.readToMs(maxTimeMs));
        return new StoredSeries(
                found,
                order,
                labels,
                new ChunkWalk(found.cursors(), joined, 0, joined.size(), buffers.read, budget),
                new OverlapMerge(minTimeMs, maxTimeMs),
                new TwinChunks(buffers, wide, budget));
    }

    /**
     * Goes to the next series; false behind the last.
     *
     * @throws io.engram.promql.engine.QueryException where the fetch budget is used up
     */
    public boolean next() {
        if (++at >= labels.length) {
            return false;
        }
        if (twins != null && twins.groups().twins(order[at]) > 1) {
            twinChunks.merge(twins, order[at], walk, chunks);
            return true;
        }
        walk.nextSeries();
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
