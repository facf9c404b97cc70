package io.engram.querier.fetch;

import io.engram.model.TenantId;
import io.engram.model.labels.Matcher;
import io.engram.promql.storage.SeriesSource;
import io.engram.promql.storage.Storage;
import io.engram.proto.Select;
import io.engram.proto.SelectCursor;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;

/** The samples of one tenant, out of one or several sources, for one query. Safe for the query's threads. */
public final class SelectStorage implements Storage {
    private final List<Select> sources;
    private final TenantId tenant;
    private final FetchBudget budget;

    public SelectStorage(List<Select> sources, TenantId tenant, FetchBudget budget) {
        this.sources = List.copyOf(sources);
        this.tenant = tenant;
        this.budget = budget;
    }

    /**
     * @throws io.engram.promql.engine.QueryException where the query's {@link FetchBudget} is used up
     */
    @Override
    public SeriesSource select(Selection selection) {
        Select.Query query =
                new Select.Query(tenant, selection.matchers(), selection.minTimeMs(), selection.maxTimeMs());
        return find(
                query,
                (cursors, joined) -> new FoundSeries(cursors, joined, query.minTimeMs(), query.maxTimeMs(), budget));
    }

    /**
     * Finds series with their chunks as they are stored, for one thread to go through; the caller closes what it gets.
     *
     * @param minTimeMs chunks with samples from here on are brought, whole
     * @param maxTimeMs the same to here; both included
     * @throws io.engram.promql.engine.QueryException where the query's {@link FetchBudget} is used up
     */
    public StoredSeries selectStored(List<Matcher> matchers, ReplicaView replicas, long minTimeMs, long maxTimeMs) {
        Select.Query query = new Select.Query(tenant, matchers, minTimeMs, maxTimeMs);
        return find(
                query, (cursors, joined) -> StoredSeries.of(cursors, joined, replicas, minTimeMs, maxTimeMs, budget));
    }

    /** A source that found nothing costs a query nothing: with one cursor left there is nothing to join. */
    private void add(SelectCursor cursor, List<SelectCursor> cursors) {
        cursors.add(cursor);
        if (cursors.size() > 1 && cursor.series().size() == 0) {
            cursors.removeLast().close();
        } else if (cursors.size() == 2 && cursors.getFirst().series().size() == 0) {
            cursors.removeFirst().close();
        }
    }

    private <T> T find(Select.Query query, BiFunction<List<SelectCursor>, JoinedSeries, T> found) {
        List<SelectCursor> cursors = new ArrayList<>(sources.size());
        try {
            for (Select source : sources) {
                add(source.select(query), cursors);
            }
            JoinedSeries joined = JoinedSeries.of(cursors);
            budget.addSeries(joined.size());
            return found.apply(cursors, joined);
        } catch (RuntimeException | Error e) {
            RuntimeException whileClosing = FoundSeries.closeAll(cursors);
            if (whileClosing != null) {
                e.addSuppressed(whileClosing);
            }
            throw e;
        }
    }
}
