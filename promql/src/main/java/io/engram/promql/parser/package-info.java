/**
 * PromQL text to {@link io.engram.promql.ast.Expr} and back, as Prometheus 3.15 does it.
 *
 * <p>In comes a query; out comes a checked syntax tree, or a {@link io.engram.promql.parser.ParseException} with
 * Prometheus' own words. The path of one query: {@code Lexer} cuts it into tokens, {@code TokenStream} holds the next
 * one, {@code ExprParser} (with {@code SelectorParser} and {@code DurationParser}) builds the tree, {@code TypeCheck}
 * refuses what is grammatical but has no meaning. {@link io.engram.promql.parser.Printer} goes the other way.
 *
 * <p>Start reading at {@link io.engram.promql.parser.Parser}.
 */
package io.engram.promql.parser;
