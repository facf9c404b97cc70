package io.engram.tsdb.replica;

import java.util.Arrays;

/**
 * Where the twins of a series have data, by the times of their chunks alone: where only one has, the merge would show all
 * its samples, and its chunks may be passed on as they are stored. Reused from series to series; for one thread.
 *
 * <pre>
 * coverage.begin(2);
 * coverage.add(0, minMs, maxMs, true);       // each chunk of each twin
 * coverage.start(fromMs, toMs);
 * while (coverage.next()) {
 *     if (coverage.isChunk()) {              // pass on chunk coverage.chunk() of coverage.twin()
 *     } else {                               // decode and merge what lies in coverage.fromMs() .. coverage.toMs()
 *     }
 * }
 * </pre>
 */
public final class Coverage {
    /** No twin has data. */
    public static final int NONE = -1;
    /** At least two twins have data: decode and merge. */
    public static final int SEVERAL = -2;

    private int twins;
    private Chunks[] of = {new Chunks(), new Chunks()};

    private long beginMs; // of the range to go through
    private long endMs; // included
    private long nextMs; // what lies before was gone through
    private boolean ended; // up to the last millisecond there is
    private boolean looked; // for the next chunk that is passed on
    private int twin; // whose it is; NONE where there is none any more
    private boolean isChunk;
    private long fromMs;
    private long toMs;

    /** The chunks of a twin, and the stretches that they make. */
    private static final class Chunks {
        int count;
        long[] minMs = new long[16];
        long[] maxMs = new long[16];
        boolean[] mayPass = new boolean[16];
        int next; // the first that was not gone through

        /** Chunks with less than a window between them are one stretch, which the margins make no difference to. */
        int stretches;

        long[] stretchMinMs = new long[4];
        long[] stretchMaxMs = new long[4];

        void add(long min, long max, boolean pass) {
            if (count == minMs.length) {
                minMs = Arrays.copyOf(minMs, 2 * count);
                maxMs = Arrays.copyOf(maxMs, 2 * count);
                mayPass = Arrays.copyOf(mayPass, 2 * count);
            }
            minMs[count] = min;
            maxMs[count] = max;
            mayPass[count++] = pass;
            int last = stretches - 1;
            if (stretches > 0 && min - stretchMaxMs[last] < ReplicaWindow.LENGTH_MS) {
                stretchMinMs[last] = Math.min(stretchMinMs[last], min);
                stretchMaxMs[last] = Math.max(stretchMaxMs[last], max);
                return;
            }
            if (stretches == stretchMinMs.length) {
                stretchMinMs = Arrays.copyOf(stretchMinMs, 2 * stretches);
                stretchMaxMs = Arrays.copyOf(stretchMaxMs, 2 * stretches);
            }
            stretchMinMs[stretches] = min;
            stretchMaxMs[stretches++] = max;
        }

        boolean touches(long min, long max) {
            for (int i = 0; i < stretches; i++) {
                if (stretchMinMs[i] <= max && stretchMaxMs[i] >= min) {
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
                of[t] = new Chunks();
            }
        }
        twins = twinCount;
        for (int t = 0; t < twins; t++) {
            of[t].count = 0;
            of[t].stretches = 0;
        }
    }

    /**
     * Adds a chunk, or any other range with data, both ends included; those of a twin in the order of their first samples.
     *
     * @param mayPass whether it may be passed on as it is, where only that twin has data
     */
    public void add(int twin, long minMs, long maxMs, boolean mayPass) {
        of[twin].add(minMs, maxMs, mayPass);
    }

    /**
     * Which twin alone has data in all that a merge of {@code [minMs, maxMs]}, both included, must read: then the samples of
     * that range are that twin's own, stale markers and reset hints included.
     *
     * @return the twin, {@link #NONE}, or {@link #SEVERAL}
     */
    public int soleTwin(long minMs, long maxMs) {
        long readFromMs = ReplicaWindow.readFromMs(minMs);
        long readToMs = ReplicaWindow.readToMs(maxMs);
        int sole = NONE;
        for (int t = 0; t < twins; t++) {
            if (of[t].touches(readFromMs, readToMs)) {
                if (sole != NONE) {
                    return SEVERAL;
                }
                sole = t;
            }
        }
        return sole;
    }

    /** Begins to go through a range, both ends included, when all chunks were added. */
    public void start(long rangeFromMs, long rangeToMs) {
        beginMs = rangeFromMs;
        endMs = rangeToMs;
        nextMs = rangeFromMs;
        ended = false;
        looked = false;
        isChunk = false;
        for (int t = 0; t < twins; t++) {
            of[t].next = 0;
        }
    }

    /** Goes to the next chunk that is passed on, or to what is merged before it; false behind the last. */
    public boolean next() {
        if (isChunk) {
            Chunks chunks = of[twin];
            done(chunks.maxMs[chunks.next++]);
            looked = false;
        }
        isChunk = false;
        if (!looked) {
            twin = earliestSole();
            looked = true;
            long untilMs = twin == NONE ? endMs : of[twin].minMs[of[twin].next] - 1;
            if (!ended && untilMs >= nextMs && soleTwin(nextMs, untilMs) == SEVERAL) {
                fromMs = nextMs;
                toMs = untilMs;
                done(untilMs);
                return true;
            }
        }
        isChunk = twin != NONE;
        return isChunk;
    }

    private void done(long untilMs) {
        ended = untilMs >= endMs;
        nextMs = ended ? endMs : untilMs + 1;
    }

    /** Whether a chunk is to be passed on; else, samples are to be merged. */
    public boolean isChunk() {
        return isChunk;
    }

    /** Whose chunk it is. */
    public int twin() {
        return twin;
    }

    /** Which of its chunks, in the order in which they were added. */
    public int chunk() {
        return of[twin].next;
    }

    /** The first time to merge, included; the last is {@link #toMs}, included, too. */
    public long fromMs() {
        return fromMs;
    }

    public long toMs() {
        return toMs;
    }

    /** The twin whose next chunk in the range can be passed on and comes first; moves on to that chunk. */
    private int earliestSole() {
        int earliest = NONE;
        for (int t = 0; t < twins; t++) {
            Chunks chunks = of[t];
            while (chunks.next < chunks.count && !isSole(t, chunks.next)) {
                chunks.next++;
            }
            if (chunks.next < chunks.count
                    && (earliest == NONE || chunks.minMs[chunks.next] < of[earliest].minMs[of[earliest].next])) {
                earliest = t;
            }
        }
        return earliest;
    }

    private boolean isSole(int t, int chunk) {
        long min = Math.max(beginMs, of[t].minMs[chunk]);
        long max = Math.min(endMs, of[t].maxMs[chunk]);
        return of[t].mayPass[chunk] && min <= max && soleTwin(min, max) == t;
    }
}
