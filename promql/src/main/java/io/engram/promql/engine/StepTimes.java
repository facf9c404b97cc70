package io.engram.promql.engine;

/**
 * Evaluation times of a part of a query.
 *
 * @param count may be 0, for a subquery that has no step in its range
 */
record StepTimes(long startMs, long stepMs, int count) {
    /** Steps of one row; more would not fit into an array together with its neighbours. */
    private static final long MAX_STEPS = 1 << 28;

    static StepTimes between(long startMs, long endMs, long stepMs) {
        long count = endMs < startMs ? 0 : (endMs - startMs) / stepMs + 1;
        if (count > MAX_STEPS) {
            throw QueryContext.tooManySamples();
        }
        return new StepTimes(startMs, stepMs, (int) count);
    }

    long at(int step) {
        return startMs + step * stepMs;
    }

    long endMs() {
        return at(Math.max(0, count - 1));
    }

    StepTimes first() {
        return new StepTimes(startMs, stepMs, Math.min(1, count));
    }
}
