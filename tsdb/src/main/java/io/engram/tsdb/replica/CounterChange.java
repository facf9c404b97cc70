package io.engram.tsdb.replica;

/**
 * What a counter grew by where the twin changes. Values of different twins are not subtracted from one another: the new
 * twin adds what it counted itself since the last sample shown, which lies between two of its own samples.
 *
 * <ol>
 *   <li>Of the step between those two, the part behind the last sample shown counts, as if the counter had grown evenly.
 *       Where the counter was reset within the step, it did not: when it began again nobody knows. Where the old twin had
 *       not seen the reset, that came behind its last sample, and so did all that was counted from 0. Where it had, both
 *       count from the same 0, and only there the last value shown says what was counted before.
 *   <li>Further samples of its own, that were not shown, add their steps.
 *   <li>Where it has no sample of its own at most 2 intervals before the last one shown, its value is all there is to go by:
 *       a drop is a reset.
 * </ol>
 */
final class CounterChange {
    private static final int MOST_INTERVALS_BEFORE = 2;

    double increase;
    boolean reset;
    /** Whether the value falls, and nothing of its own says why. */
    boolean undecidable;
    /** Whether the value falls, and the twin's own samples know of no reset. */
    boolean denied;

    /** @param i the sample of the new twin that is shown behind a sample of another at {@code lastMs} */
    void measure(Twin twin, int i, long lastMs, double lastValue, long intervalMs) {
        double[] value = twin.value;
        int behind = i; // the twin's first sample behind the last one shown
        while (behind > 0 && twin.timeMs[behind - 1] > lastMs) {
            behind--;
        }
        boolean falls = value[i] < lastValue;
        boolean own = behind > 0 && lastMs - twin.timeMs[behind - 1] <= MOST_INTERVALS_BEFORE * intervalMs;
        for (int k = behind - 1; own && k <= i; k++) {
            own = twin.isFloat(k);
        }
        if (own) {
            count(twin, behind, i, lastMs, lastValue);
        } else {
            reset = falls;
            increase = falls ? value[i] : value[i] - lastValue;
        }
        undecidable = falls && !own;
        denied = falls && own && !reset;
    }

    private void count(Twin twin, int behind, int i, long lastMs, double lastValue) {
        long[] timeMs = twin.timeMs;
        double[] value = twin.value;
        double before = value[behind - 1];
        double next = value[behind];
        double part = (double) (timeMs[behind] - lastMs) / (timeMs[behind] - timeMs[behind - 1]);
        reset = next < before && next < lastValue;
        increase = reset ? next : next < before ? next - lastValue : (next - before) * part;
        for (int k = behind + 1; k <= i; k++) {
            boolean fell = value[k] < value[k - 1];
            reset |= fell;
            increase += fell ? value[k] : value[k] - value[k - 1];
        }
    }

    /** A change to or from a histogram: nothing to add to a counter of floats. */
    void none() {
        increase = Double.NaN;
        reset = false;
        undecidable = false;
        denied = false;
    }
}
