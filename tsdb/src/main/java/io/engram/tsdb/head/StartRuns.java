package io.engram.tsdb.head;

import java.util.Arrays;

/**
 * When the counting of some series began, as columns. Reused from call to call; one thread fills and reads it.
 *
 * <pre>
 * series i:  runs firstRun[i] .. firstRun[i+1]-1, ascending; none where the sender never said
 * run r:     from the sample at fromMs[r] on, up to the next run, counting began at startMs[r]
 * </pre>
 */
public final class StartRuns {
    public int seriesCount;
    public int[] firstRun = new int[257];
    public int runCount;
    public long[] fromMs = new long[256];
    public long[] startMs = new long[256];

    void clear() {
        seriesCount = 0;
        runCount = 0;
        firstRun[0] = 0;
    }

    void reserve(int runs) {
        if (runCount + runs > fromMs.length) {
            int length = Math.max(2 * fromMs.length, runCount + runs);
            fromMs = Arrays.copyOf(fromMs, length);
            startMs = Arrays.copyOf(startMs, length);
        }
    }

    void endSeries() {
        if (++seriesCount == firstRun.length) {
            firstRun = Arrays.copyOf(firstRun, 2 * seriesCount);
        }
        firstRun[seriesCount] = runCount;
    }
}
