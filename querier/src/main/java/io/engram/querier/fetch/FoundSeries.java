package io.engram.querier.fetch;

import io.engram.model.labels.Labels;
import io.engram.promql.storage.SampleColumns;
import io.engram.promql.storage.SampleReader;
import io.engram.promql.storage.SeriesSource;
import io.engram.proto.SelectCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;

/** What a selection found in all sources. Owns the cursors. */
final class FoundSeries implements SeriesSource {
    static final SampleReader NOTHING = new SampleReader() {
        @Override
        public boolean next(SampleColumns into) {
            return false;
        }

        @Override
        public void close() {}
    };

    private final List<SelectCursor> cursors;
    private final JoinedSeries joined;
    private final long minTimeMs;
    private final long maxTimeMs;
    private final FetchBudget budget;
    private final List<String> infos;
    /** Those of closed readers: as many as there were readers at a time. */
    private final Queue<ReadBuffers> freeBuffers = new ConcurrentLinkedQueue<>();

    /** Takes over the cursors. */
    FoundSeries(Selected found, long minTimeMs, long maxTimeMs, FetchBudget budget) {
        this.cursors = found.cursors();
        this.joined = found.joined();
        this.infos = found.infos();
        this.minTimeMs = minTimeMs;
        this.maxTimeMs = maxTimeMs;
        this.budget = budget;
    }

    @Override
    public int size() {
        return joined.size();
    }

    @Override
    public Labels labels(int series) {
        return joined.labels(series);
    }

    @Override
    public SampleReader read(int from, int to) {
        if (from == to) {
            return NOTHING; // the buffers of a reader are more than all else that an empty answer costs
        }
        ReadBuffers free = freeBuffers.poll();
        ReadBuffers buffers = free == null ? new ReadBuffers(cursors.size(), minTimeMs, maxTimeMs) : free;
        ChunkWalk walk = new ChunkWalk(cursors, joined, from, to, buffers, budget);
        return new ChunkReader(walk, buffers, freeBuffers::add, budget);
    }

    @Override
    public List<String> infos() {
        return infos(infos, cursors);
    }

    /** Those known and what the cursors say, each once. */
    static List<String> infos(List<String> known, List<SelectCursor> cursors) {
        List<String> all = new ArrayList<>(known);
        cursors.forEach(cursor -> all.addAll(cursor.infos()));
        return all.stream().distinct().toList();
    }

    @Override
    public void close() {
        RuntimeException first = closeAll(cursors);
        if (first != null) {
            throw first;
        }
    }

    /** Closes all of them, whatever happens; returns what went wrong, or null. */
    static RuntimeException closeAll(List<SelectCursor> cursors) {
        RuntimeException first = null;
        for (SelectCursor cursor : cursors) {
            try {
                cursor.close();
            } catch (RuntimeException e) {
                if (first == null) {
                    first = e;
                } else {
                    first.addSuppressed(e);
                }
            }
        }
        return first;
    }
}
