package io.engram.proto;

import io.engram.model.TenantId;
import io.engram.model.labels.Matcher;
import io.engram.model.read.SeriesExemplars;
import java.util.List;
import java.util.function.Consumer;

/** The way to the exemplars of an ingester, in this process or behind gRPC. Safe for many threads. */
public interface SelectExemplars {
    /**
     * What to find: exemplars with times in {@code [minTimeMs, maxTimeMs]}, both included, of series that pass all
     * matchers of any of the selectors.
     */
    record Query(TenantId tenant, List<List<Matcher>> selectors, long minTimeMs, long maxTimeMs) {
        public Query {
            selectors = selectors.stream().map(List::copyOf).toList();
        }
    }

    /** Series that have any, each once, in no particular order. */
    List<SeriesExemplars> selectExemplars(Query query);

    /** The same; {@code infos} takes what whoever asked should know of how they were found, a sentence each. */
    default List<SeriesExemplars> selectExemplars(Query query, Consumer<String> infos) {
        return selectExemplars(query);
    }
}
