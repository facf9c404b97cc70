package io.engram.promql.promqltest;

import io.engram.promql.engine.QueryResult;
import java.util.List;

/** What a script is run against: it takes samples and answers queries. Used by one thread. */
public interface ScriptTarget {
    /** Forgets all samples. */
    void clear();

    /**
     * Stores samples; queries that come after it see them.
     *
     * @param series labels that differ, each with its samples in order of time; stale markers with their bits
     */
    void load(List<QueryResult.Series> series);

    /**
     * Answers a query at {@code startMs}, {@code startMs + stepMs}, … up to {@code endMs}; a step of 0 makes it an
     * instant query.
     *
     * @throws io.engram.promql.parser.ParseException where it is refused as no PromQL
     * @throws io.engram.promql.engine.QueryException where its evaluation fails
     */
    QueryResult query(String query, long startMs, long endMs, long stepMs);
}
