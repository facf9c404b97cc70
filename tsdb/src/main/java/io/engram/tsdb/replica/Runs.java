package io.engram.tsdb.replica;

import java.util.Arrays;

/** Samples in the order of their times, as runs of consecutive samples of one twin. Healthy twins make one run in all. */
final class Runs {
    int count;
    int[] twin = new int[8];
    int[] from = new int[8];
    /** Behind the last sample of the run. */
    int[] to = new int[8];

    private final TwinSet twins;

    Runs(TwinSet twins) {
        this.twins = twins;
    }

    void clear() {
        count = 0;
    }

    boolean isEmpty() {
        return count == 0;
    }

    void add(int ofTwin, int first, int end) {
        if (first == end) {
            return;
        }
        if (count > 0 && twin[count - 1] == ofTwin && to[count - 1] == first) {
            to[count - 1] = end;
            return;
        }
        if (count == twin.length) {
            twin = Arrays.copyOf(twin, 2 * count);
            from = Arrays.copyOf(from, 2 * count);
            to = Arrays.copyOf(to, 2 * count);
        }
        twin[count] = ofTwin;
        from[count] = first;
        to[count++] = end;
    }

    int lastTwin() {
        return twin[count - 1];
    }

    long lastMs() {
        return endMs(count - 1);
    }

    /** The time of a run's last sample. */
    long endMs(int run) {
        return twins.get(twin[run]).timeMs[to[run] - 1];
    }
}
