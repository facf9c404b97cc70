package io.engram.tsdb.replica;

import java.util.Arrays;

/**
 * Where the twins of a series have data, by the times of their chunks alone: where only one has, the merge would show all
 * its samples, and its chunks may be passed on as they are stored. Reused from series to series; for one thread.
 *
 * <pre>
 * coverage.begin(2);
 * coverage.add(0, minMs, maxMs);                        // each chunk of each twin
 * int twin = coverage.soleTwin(chunkMinMs, chunkMaxMs); // for a query, or for each chunk
 * </pre>
 */
public final class Coverage {
    /** No twin has data. */
    public static final int NONE = -1;
    /** At least two twins have data: decode and merge. */
    public static final int SEVERAL = -2;

    private int twins;
    private Stretches[] of = {new Stretches(), new Stretches()};

    /** Times with data; chunks with less than a window between them are one stretch, which the margins make no difference to. */
    private static final class Stretches {
        int count;
        long[] minMs = new long[4];
        long[] maxMs = new long[4];

        void add(long min, long max) {
            if (count > 0 && min - maxMs[count - 1] < ReplicaWindow.LENGTH_MS) {
                minMs[count - 1] = Math.min(minMs[count - 1], min);
                maxMs[count - 1] = Math.max(maxMs[count - 1], max);
                return;
            }
            if (count == minMs.length) {
                minMs = Arrays.copyOf(minMs, 2 * count);
                maxMs = Arrays.copyOf(maxMs, 2 * count);
            }
            minMs[count] = min;
            maxMs[count++] = max;
        }

        boolean touches(long min, long max) {
            for (int i = 0; i < count; i++) {
                if (minMs[i] <= max && maxMs[i] >= min) {
                    return true;
                }
            }
            return false;
        }
    }

    /** Begins a new series. */
    public void begin(int twinCount) {
        if (of.length < twinCount) {
            int had = of.length;
            of = Arrays.copyOf(of, twinCount);
            for (int t = had; t < twinCount; t++) {
                of[t] = new Stretches();
            }
        }
        twins = twinCount;
        for (int t = 0; t < twins; t++) {
            of[t].count = 0;
        }
    }

    /** Adds a chunk, or any other range with data, both ends included; those of a twin in the order of their first samples. */
    public void add(int twin, long minMs, long maxMs) {
        of[twin].add(minMs, maxMs);
    }

    /**
     * Which twin alone has data in all that a merge of {@code [minMs, maxMs]}, both included, must read: then the samples of
     * that range are that twin's own, stale markers and reset hints included.
     *
     * @return the twin, {@link #NONE}, or {@link #SEVERAL}
     */
    public int soleTwin(long minMs, long maxMs) {
        long fromMs = ReplicaWindow.readFromMs(minMs);
        long toMs = ReplicaWindow.readToMs(maxMs);
        int sole = NONE;
        for (int t = 0; t < twins; t++) {
            if (of[t].touches(fromMs, toMs)) {
                if (sole != NONE) {
                    return SEVERAL;
                }
                sole = t;
            }
        }
        return sole;
    }
}
