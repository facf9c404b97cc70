/**
 * The PromQL engine. Comes in: a query's text or expression, a {@link io.engram.promql.storage.Storage} and
 * {@link io.engram.promql.engine.QueryOptions}. Goes out: a {@link io.engram.promql.engine.QueryResult} or a
 * {@link io.engram.promql.engine.QueryException}. Nothing is kept from query to query but the threads.
 *
 * <p>The path of a query: {@link io.engram.promql.engine.Engine} parses it, {@code plan.Planner} decides what is done
 * once and what at every step, {@code OperatorBuilder} turns the plan into {@code VectorOperator}s, and the outermost
 * operator is read series by series. Operators that look at one series at a time ({@code WindowOperator},
 * {@code MapOperator}) hold nothing and may be read in parts by several threads; the others ({@code HeldVector}) hold
 * their result. Read {@code Engine}, {@code VectorOperator}, {@code WindowOperator} and {@code Aggregation} first; what
 * is computed with numbers stands in {@code engine.functions}.
 */
package io.engram.promql.engine;
