package io.engram.promql.ast;

/** A duration as written in brackets or behind {@code offset}; arithmetic and {@code step()} are known only with the query. */
public sealed interface DurationExpr {
    Span span();

    record Literal(long durationMs, Span span) implements DurationExpr {}

    /** {@code step()}. */
    record Step(Span span) implements DurationExpr {}

    /** {@code range()}: the query's end minus its start. */
    record QueryRange(Span span) implements DurationExpr {}

    record Negated(DurationExpr operand, Span span) implements DurationExpr {}

    record Paren(DurationExpr inner, Span span) implements DurationExpr {}

    /** {@code + - * / % ^}. */
    record Arithmetic(BinaryOp op, DurationExpr left, DurationExpr right, Span span) implements DurationExpr {}

    /** {@code min_of(a, b)} or {@code max_of(a, b)}. */
    record Extreme(boolean max, DurationExpr left, DurationExpr right, Span span) implements DurationExpr {}
}
