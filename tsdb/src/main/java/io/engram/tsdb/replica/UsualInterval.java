package io.engram.tsdb.replica;

import java.util.Arrays;

/**
 * The usual interval of each window: the lower quartile of the steps between each twin's own consecutive samples, all twins
 * together, that lie in the window before; if there are none, in that window and this one; else 5 minutes.
 */
final class UsualInterval {
    static final long UNKNOWN_MS = 300_000;

    /** Windows whose intervals are remembered: those around a hole are asked for again and again. */
    private static final int REMEMBERED = 8;

    private final TwinSet twins;
    private final long[] window = new long[REMEMBERED];
    private final long[] intervalMs = new long[REMEMBERED]; // 0 where none is remembered
    private long[] steps = new long[64];
    private int stepCount;

    UsualInterval(TwinSet twins) {
        this.twins = twins;
    }

    /** Forgets what it knew of other twins. */
    void begin() {
        Arrays.fill(intervalMs, 0);
    }

    /** Whether this long without a sample is a hole: more than 1.6 intervals. */
    static boolean isHole(long lengthMs, long intervalMs) {
        return lengthMs > longestStepMs(intervalMs);
    }

    /** The longest step from one sample to the next that is no hole. */
    static long longestStepMs(long intervalMs) {
        return intervalMs * 8 / 5;
    }

    /** Whether a sample is too close to one of another twin: less than half an interval. */
    static boolean isClose(long distanceMs, long intervalMs) {
        return 2 * distanceMs < intervalMs;
    }

    long at(long timeMs) {
        long w = ReplicaWindow.of(timeMs);
        int slot = (int) (w & (REMEMBERED - 1));
        if (window[slot] != w || intervalMs[slot] == 0) {
            window[slot] = w;
            intervalMs[slot] = find(w);
        }
        return intervalMs[slot];
    }

    /** No interval of any window is shorter. */
    long least() {
        long least = UNKNOWN_MS;
        for (int i = 0; i < twins.count; i++) {
            least = Math.min(least, twins.get(i).shortestStepMs);
        }
        return least;
    }

    private long find(long w) {
        gather(ReplicaWindow.startMs(w - 1), ReplicaWindow.startMs(w));
        if (stepCount == 0) {
            gather(ReplicaWindow.startMs(w - 1), ReplicaWindow.startMs(w + 1));
        }
        if (stepCount == 0) {
            return UNKNOWN_MS;
        }
        Arrays.sort(steps, 0, stepCount);
        return steps[(stepCount - 1) / 4];
    }

    private void gather(long fromMs, long endMs) {
        stepCount = 0;
        for (int t = 0; t < twins.count; t++) {
            Twin twin = twins.get(t);
            int end = twin.firstFrom(endMs);
            int first = twin.firstFrom(fromMs);
            if (stepCount + end - first > steps.length) {
                steps = Arrays.copyOf(steps, Math.max(2 * steps.length, stepCount + end - first));
            }
            for (int i = first + 1; i < end; i++) {
                steps[stepCount++] = twin.timeMs[i] - twin.timeMs[i - 1];
            }
        }
    }
}
