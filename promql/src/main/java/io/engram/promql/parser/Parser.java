package io.engram.promql.parser;

import io.engram.model.labels.Matcher;
import io.engram.model.time.Durations;
import io.engram.promql.ast.Expr;
import java.util.List;

/**
 * Reads PromQL. Grammar, types and error texts are those of Prometheus 3.15 ({@code promql/parser}); the first error of a
 * query is the one reported. Time and memory grow linearly with the length of the query; its nesting is bounded by
 * {@link #MAX_NESTING} and {@link #MAX_DEPTH}. Stateless: safe for many threads.
 */
public final class Parser {
    /**
     * How deep a syntax tree may be, chains of operators included, so that a recursive walk of it fits a thread's stack.
     */
    public static final int MAX_DEPTH = 500;

    /** How deep parentheses, calls and signs may be nested: reading those takes several frames of the stack each. */
    public static final int MAX_NESTING = 100;

    private Parser() {}

    /**
     * Reads a query with {@link ParserOptions#DEFAULT}.
     *
     * @throws ParseException where it is no valid query
     */
    public static Expr parse(String query) {
        return parse(query, ParserOptions.DEFAULT);
    }

    /**
     * @throws ParseException where it is no valid query
     */
    public static Expr parse(String query, ParserOptions options) {
        Expr expr = new ExprParser(new TokenStream(query), options).parseQuery();
        new TypeCheck(query).check(expr);
        return expr;
    }

    /**
     * Reads the selector of a {@code match[]} parameter. Whether it selects anything but the empty string is left to the
     * caller, as the answer differs between end points.
     *
     * @return the matchers in the order written, that of the name in front of the braces last
     * @throws ParseException where it is no selector
     */
    public static List<Matcher> parseSelector(String selector) {
        return new SelectorParser(new TokenStream(selector)).parseOnlySelector().matchers();
    }

    /**
     * Reads a duration such as {@code 1h30m}, without arithmetic.
     *
     * @return milliseconds
     * @throws ParseException where it is no duration
     */
    public static long parseDuration(String text) {
        try {
            return Durations.parse(text);
        } catch (IllegalArgumentException e) {
            throw new ParseException(e.getMessage());
        }
    }
}
