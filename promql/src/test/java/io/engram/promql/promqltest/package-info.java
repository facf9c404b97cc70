/**
 * Runs the PromQL scripts of {@code resources/promqltest} (their README has the grammar) against the engine over a
 * storage in memory. Start with {@code PromqlScriptsTest}.
 */
package io.engram.promql.promqltest;
