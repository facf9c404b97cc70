package io.engram.promql.engine.functions;

import io.engram.promql.storage.SampleColumns;

/** What a counter did from one sample to the next, also where the next one is of another replica. */
final class CounterSteps {
    private CounterSteps() {}

    /** What it grew by from sample {@code i-1} to {@code i}; one that fell began at 0. */
    static double growth(SampleColumns in, int i) {
        if (in.changeCount > 0) {
            int change = in.firstChange(i);
            if (change < in.changeCount && in.changeAt[change] == i) {
                return in.changeIncrease[change];
            }
        }
        double before = in.value[i - 1];
        double next = in.value[i];
        return next < before ? next : next - before;
    }

    /** Whether it was reset between sample {@code i-1} and {@code i}. */
    static boolean reset(SampleColumns in, int i) {
        if (in.changeCount > 0) {
            int change = in.firstChange(i);
            if (change < in.changeCount && in.changeAt[change] == i) {
                return in.changeReset[change];
            }
        }
        return in.value[i] < in.value[i - 1];
    }

    /** Whether there is a change of replica behind sample {@code first}, up to {@code last}. */
    static boolean changes(SampleColumns in, int first, int last) {
        if (in.changeCount == 0) {
            return false;
        }
        int change = in.firstChange(first + 1);
        return change < in.changeCount && in.changeAt[change] <= last;
    }
}
