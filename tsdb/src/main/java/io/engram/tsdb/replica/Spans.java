package io.engram.tsdb.replica;

import java.util.Arrays;

/** Time, cut at the starts of some windows. The first span reaches back for ever, the last one on for ever. Reused. */
final class Spans {
    private long[] startWindow = new long[8]; // of the second span and those behind
    private int cuts;

    void clear() {
        cuts = 0;
    }

    /** Cuts where a window begins; in any order, more than once does not matter. */
    void cut(long window) {
        int at = Arrays.binarySearch(startWindow, 0, cuts, window);
        if (at >= 0) {
            return;
        }
        if (cuts == startWindow.length) {
            startWindow = Arrays.copyOf(startWindow, 2 * cuts);
        }
        at = -at - 1;
        System.arraycopy(startWindow, at, startWindow, at + 1, cuts - at);
        startWindow[at] = window;
        cuts++;
    }

    int count() {
        return cuts + 1;
    }

    int of(long window) {
        int at = Arrays.binarySearch(startWindow, 0, cuts, window);
        return at >= 0 ? at + 1 : -at - 1;
    }

    /** The first window of a span; {@link Long#MIN_VALUE} of the first one. */
    long firstWindow(int span) {
        return span == 0 ? Long.MIN_VALUE : startWindow[span - 1];
    }

    /** When a span begins, included. */
    long startMs(int span) {
        return span == 0 ? Long.MIN_VALUE : ReplicaWindow.startMs(startWindow[span - 1]);
    }

    /** When a span ends, excluded; the last one never does. */
    long endMs(int span) {
        return span == cuts ? Long.MAX_VALUE : ReplicaWindow.startMs(startWindow[span]);
    }
}
