package io.engram.querier.fetch;

import io.engram.model.labels.Labels;
import io.engram.promql.storage.SampleReader;
import io.engram.promql.storage.SeriesSource;
import io.engram.proto.SelectCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What a selection found in all sources, twins as one series. Owns the cursors. */
final class FoundTwins implements SeriesSource {
    private final List<SelectCursor> cursors;
    private final Twins twins;
    private final List<String> infos;
    private final FetchBudget budget;
    /** Those of closed readers: as many as there were readers at a time. */
    private final Queue<TwinBuffers> freeBuffers = new ConcurrentLinkedQueue<>();

    /** Takes over the cursors. */
    FoundTwins(Selected found, FetchBudget budget) {
        this.cursors = found.cursors();
        this.twins = found.twins();
        this.infos = found.infos();
        this.budget = budget;
    }

    @Override
    public int size() {
        return twins.groups().size();
    }

    @Override
    public Labels labels(int series) {
        return twins.groups().labels(series);
    }

    @Override
    public SampleReader read(int from, int to) {
        if (from == to) {
            return FoundSeries.NOTHING;
        }
        TwinBuffers free = freeBuffers.poll();
        TwinBuffers buffers =
                free == null ? new TwinBuffers(cursors.size(), twins.minTimeMs(), twins.maxTimeMs()) : free;
        TwinGroups groups = twins.groups();
        ChunkWalk walk =
                new ChunkWalk(cursors, groups.joined(), groups.first(from), groups.end(to - 1), buffers.read, budget);
        return new TwinReader(twins, from, to, walk, buffers, freeBuffers::add, budget);
    }

    @Override
    public List<String> infos() {
        List<String> known = new ArrayList<>(infos);
        known.addAll(twins.notes().infos());
        return FoundSeries.infos(known, cursors);
    }

    @Override
    public void close() {
        RuntimeException first = FoundSeries.closeAll(cursors);
        if (first != null) {
            throw first;
        }
    }
}
