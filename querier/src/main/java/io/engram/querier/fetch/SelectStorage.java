package io.engram.querier.fetch;

import io.engram.model.TenantId;
import io.engram.promql.storage.SeriesSource;
import io.engram.promql.storage.Storage;
import io.engram.proto.Select;
import io.engram.proto.SelectCursor;
import java.util.ArrayList;
import java.util.List;

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
        List<SelectCursor> cursors = new ArrayList<>(sources.size());
        try {
            for (Select source : sources) {
                cursors.add(source.select(query));
            }
            JoinedSeries joined = JoinedSeries.of(cursors);
            budget.addSeries(joined.size());
            return new FoundSeries(cursors, joined, selection.minTimeMs(), selection.maxTimeMs(), budget);
        } catch (RuntimeException | Error e) {
            RuntimeException whileClosing = FoundSeries.closeAll(cursors);
            if (whileClosing != null) {
                e.addSuppressed(whileClosing);
            }
            throw e;
        }
    }
}
