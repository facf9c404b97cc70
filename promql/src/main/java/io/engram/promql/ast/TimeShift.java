package io.engram.promql.ast;

/**
 * {@code offset} and {@code @} of a selector or subquery.
 *
 * @param offset null where none was written
 */
public record TimeShift(DurationExpr offset, At at) {
    public static final TimeShift NONE = new TimeShift(null, null);

    /** The {@code @} modifier; null in {@link TimeShift} where none was written. */
    public sealed interface At {
        record Timestamp(long timestampMs) implements At {}

        record Start() implements At {}

        record End() implements At {}
    }
}
