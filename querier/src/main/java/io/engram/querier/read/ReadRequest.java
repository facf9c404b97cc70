package io.engram.querier.read;

import java.util.List;

/** What a remote read asks for. */
public record ReadRequest(List<ReadQuery> queries, Form form) {
    public ReadRequest {
        queries = List.copyOf(queries);
    }

    /** How the answer comes. */
    public enum Form {
        SAMPLES,
        STREAMED_XOR_CHUNKS
    }

    /** The queries as selectors, for logs. */
    @Override
    public String toString() {
        return String.join(
                " ", queries.stream().limit(10).map(ReadQuery::toString).toList());
    }
}
