package io.engram.promql.ast;

/** A duration as written in brackets or behind {@code offset}; arithmetic and {@code step()} are known only with the query. */
public sealed interface DurationExpr {
    Span span();

    /**
     * A number of seconds, or a duration such as {@code 1h30m}.
     *
     * @param seconds may be negative; arithmetic between durations is done on this value
     * @param duration written with units rather than as a plain number
     */
    record Literal(double seconds, boolean duration, Span span) implements DurationExpr {
        /** The length in milliseconds, parts of a millisecond cut off. */
        public long durationMs() {
            return Math.round(seconds * 1e9) / 1_000_000;
        }
    }

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
