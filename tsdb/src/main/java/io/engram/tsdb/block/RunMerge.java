package io.engram.tsdb.block;

import java.util.ArrayList;
import java.util.List;

/** Merges runs of samples into one; of samples at one time that of the first run stays. Reused; for one thread. */
public final class RunMerge {
    private final List<SampleRun> runs = new ArrayList<>();
    private final SampleRun merged = new SampleRun();
    private int count;

    /** Begins anew with so many runs, all empty: {@link #run} gives them, to be filled in the order of times. */
    public void begin(int runCount) {
        count = runCount;
        while (runs.size() < runCount) {
            runs.add(new SampleRun());
        }
        for (int r = 0; r < runCount; r++) {
            runs.get(r).clear();
        }
    }

    public SampleRun run(int number) {
        return runs.get(number);
    }

    /** The samples of all runs; valid until the next call. */
    public SampleRun merge() {
        merged.clear();
        int[] head = new int[count];
        long[] next = new long[count]; // time of each run's head; the end of time behind its last
        int left = 0;
        for (int r = 0; r < count; r++) {
            next[r] = timeOf(r, 0);
            left += runs.get(r).count;
        }
        merged.room(left);
        while (left > 0) {
            int least = 0;
            for (int r = 1; r < count; r++) {
                least = next[r] < next[least] ? r : least;
            }
            long time = next[least];
            while (head[least] == runs.get(least).count) {
                least++; // only at the end of time: a later run has a sample there
            }
            merged.add(runs.get(least), head[least]);
            for (int r = least; r < count; r++) {
                if (next[r] == time && head[r] < runs.get(r).count) {
                    next[r] = timeOf(r, ++head[r]);
                    left--;
                }
            }
        }
        return merged;
    }

    private long timeOf(int run, int index) {
        SampleRun samples = runs.get(run);
        return index < samples.count ? samples.timeMs[index] : Long.MAX_VALUE;
    }
}
