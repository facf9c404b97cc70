package io.engram.promql.engine;

import java.util.function.BooleanSupplier;

/**
 * How one query is to be run.
 *
 * @param startMs first evaluation time; for an instant query the only one
 * @param endMs last evaluation time at most, included; equal to {@code startMs} for an instant query
 * @param stepMs distance of evaluation times, above 0; 0 makes it an instant query
 * @param lookbackMs how far an instant selector looks back
 * @param timeoutMs how long it may run
 * @param maxSamples samples that it may hold at once; 0 is no limit
 * @param experimental whether experimental functions and modifiers are allowed
 * @param cancelled asked now and then; once true, the query stops
 */
public record QueryOptions(
        long startMs,
        long endMs,
        long stepMs,
        long lookbackMs,
        long timeoutMs,
        long maxSamples,
        boolean experimental,
        BooleanSupplier cancelled) {

    public boolean instant() {
        return stepMs == 0;
    }

    /** Evaluation times. */
    public int steps() {
        return instant() ? 1 : Math.toIntExact((endMs - startMs) / stepMs + 1);
    }
}
