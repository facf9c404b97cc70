/**
 * What a query is to do, decided before any data is touched. Comes in: a checked expression and the query's times.
 * Goes out: a tree of {@link io.engram.promql.engine.plan.Plan} nodes in which durations are numbers, {@code start()}
 * and {@code end()} are times, parentheses are gone, and what does not change from step to step is marked.
 */
package io.engram.promql.engine.plan;
