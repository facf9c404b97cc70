package io.engram.proto;

import io.engram.model.TenantId;
import io.engram.model.labels.Matcher;
import java.util.List;
import java.util.function.Consumer;

/** The way to the samples of an ingester or a store-gateway, in this process or behind gRPC. Safe for many threads. */
public interface Select {
    /** What to find: series that pass all matchers and have samples in {@code [minTimeMs, maxTimeMs]}, both included. */
    record Query(TenantId tenant, List<Matcher> matchers, long minTimeMs, long maxTimeMs) {
        public Query {
            matchers = List.copyOf(matchers);
        }
    }

    /** Finds the series now; their chunks are fetched from the cursor, which the caller closes. */
    SelectCursor select(Query query);

    /** The names of labels on series that pass, sorted by their UTF-8 bytes. */
    List<String> labelNames(Query query);

    /** The same; {@code infos} takes what whoever asked should know of how they were found, a sentence each. */
    default List<String> labelNames(Query query, Consumer<String> infos) {
        return labelNames(query);
    }

    /** The values of one label on series that pass, sorted by their UTF-8 bytes. */
    List<String> labelValues(String name, Query query);

    /** The same; {@code infos} takes what whoever asked should know of how they were found, a sentence each. */
    default List<String> labelValues(String name, Query query, Consumer<String> infos) {
        return labelValues(name, query);
    }
}
