package io.engram.promql.ast;

/** Where an expression stands in the query: offsets in UTF-16 units, {@code end} not included. */
public record Span(int start, int end) {
    public Span to(Span last) {
        return new Span(start, last.end);
    }
}
