package io.engram.promql.storage;

import io.engram.model.labels.Matcher;
import java.util.List;

/** Where the engine's samples come from. All that {@code promql} knows of databases. */
public interface Storage {
    /**
     * What a selector needs.
     *
     * @param matchers all must pass
     * @param minTimeMs the oldest sample that can matter, included
     * @param maxTimeMs the newest, included
     * @param function the function or aggregation right around the selector ({@code rate}), or the empty string
     * @param rangeMs the range of a matrix selector, 0 for an instant one
     * @param stepMs the step of the query, 0 for an instant query
     */
    record Selection(
            List<Matcher> matchers, long minTimeMs, long maxTimeMs, String function, long rangeMs, long stepMs) {
        public Selection {
            matchers = List.copyOf(matchers);
        }
    }

    /**
     * Finds the series, in any order, each label set once. The caller closes what it gets.
     *
     * @throws RuntimeException of the storage's own where it cannot answer; the engine passes it on
     */
    SeriesSource select(Selection selection);
}
