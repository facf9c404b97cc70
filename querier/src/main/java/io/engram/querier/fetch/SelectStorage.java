package io.engram.querier.fetch;

import io.engram.model.labels.Matcher;
import io.engram.promql.storage.SeriesSource;
import io.engram.promql.storage.Storage;
import java.util.List;

/** The samples of one tenant, out of all sources of a {@link Queryable}, for one query. Safe for the query's threads. */
public final class SelectStorage implements Storage {
    private final Selecting selecting;
    private final FetchBudget budget;

    SelectStorage(Selecting selecting, FetchBudget budget) {
        this.selecting = selecting;
        this.budget = budget;
    }

    /**
     * @throws io.engram.promql.engine.QueryException where the query's {@link FetchBudget} is used up
     */
    @Override
    public SeriesSource select(Selection selection) {
        long minTimeMs = selection.minTimeMs();
        long maxTimeMs = selection.maxTimeMs();
        Selected found = selecting.select(selection.matchers(), minTimeMs, maxTimeMs);
        return found.twins() == null
                ? new FoundSeries(found, minTimeMs, maxTimeMs, budget)
                : new FoundTwins(found, budget);
    }

    /**
     * Finds series with their chunks as they are stored, for one thread to go through; the caller closes what it gets.
     * Twins are one series, of chunks that are made here.
     *
     * @param view what the reader calls itself
     * @param minTimeMs chunks with samples from here on are brought, whole
     * @param maxTimeMs the same to here; both included
     * @throws io.engram.promql.engine.QueryException where the query's {@link FetchBudget} is used up
     */
    public StoredSeries selectStored(List<Matcher> matchers, ReplicaView view, long minTimeMs, long maxTimeMs) {
        Selected found = selecting.select(matchers, minTimeMs, maxTimeMs);
        try {
            return StoredSeries.of(found, view, minTimeMs, maxTimeMs, budget);
        } catch (RuntimeException | Error e) {
            RuntimeException whileClosing = FoundSeries.closeAll(found.cursors());
            if (whileClosing != null) {
                e.addSuppressed(whileClosing);
            }
            throw e;
        }
    }
}
