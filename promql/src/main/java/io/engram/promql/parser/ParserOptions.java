package io.engram.promql.parser;

/**
 * Which parts of the language are on beyond the settled ones.
 *
 * @param experimentalFunctions functions and aggregations that Prometheus calls experimental
 * @param durationExpressions arithmetic where a duration stands: {@code [5m*2]}
 * @param extendedRangeSelectors {@code anchored} and {@code smoothed}
 * @param fillModifiers {@code fill}, {@code fill_left} and {@code fill_right}
 */
public record ParserOptions(
        boolean experimentalFunctions,
        boolean durationExpressions,
        boolean extendedRangeSelectors,
        boolean fillModifiers) {

    /** What Prometheus accepts without any feature flag. */
    public static final ParserOptions DEFAULT = new ParserOptions(false, true, false, false);

    public static final ParserOptions EVERYTHING = new ParserOptions(true, true, true, true);
}
