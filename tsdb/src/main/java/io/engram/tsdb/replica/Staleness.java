package io.engram.tsdb.replica;

import java.util.Arrays;

/**
 * When merged twins are stale: from the first moment at which the last word of every twin is a stale marker or older than
 * 1.6 intervals. At least one of them must be a marker, and must have come no earlier than 1.6 intervals before the last
 * sample shown: where all twins fell silent without one, as replicas do that are late, the reader's lookback decides, as it
 * does for a series without twins. There is at most one such moment between two samples that are shown.
 */
final class Staleness {
    static final long NEVER = Long.MAX_VALUE;

    /** No usual interval is longer than two windows. */
    private static final long LONGEST_STEP_MS = UsualInterval.longestStepMs(2 * ReplicaWindow.LENGTH_MS);

    private final TwinSet twins;
    private final UsualInterval interval;

    private long[] markerMs = new long[16]; // of all twins, sorted
    private int markerCount;
    private int passed; // markers too old for the gap at hand and all behind it

    private int[] before = new int[8];
    private long[] momentMs = new long[8];
    private int moments;

    Staleness(TwinSet twins, UsualInterval interval) {
        this.twins = twins;
        this.interval = interval;
    }

    /** Puts the markers that merged twins have between {@code fromMs} and {@code toMs}, both included, among the samples. */
    void mark(MergedSamples samples, long fromMs, long toMs, long nowMs) {
        gatherMarkers();
        if (markerCount == 0) {
            return;
        }
        moments = 0;
        passed = 0;
        for (int i = 0; i <= samples.count && passed < markerCount; i++) {
            long lastMs = i == 0 ? Long.MIN_VALUE : samples.timeMs[i - 1];
            long nextMs = i == samples.count ? Long.MAX_VALUE : samples.timeMs[i];
            long moment = moment(lastMs, nextMs, nowMs);
            if (moment != NEVER && moment >= fromMs && moment <= toMs) {
                add(i, moment);
            }
        }
        samples.insertMarkers(before, momentMs, moments);
    }

    private void gatherMarkers() {
        markerCount = 0;
        for (int t = 0; t < twins.count; t++) {
            Twin twin = twins.get(t);
            if (markerCount + twin.markerCount > markerMs.length) {
                markerMs = Arrays.copyOf(markerMs, 2 * (markerCount + twin.markerCount));
            }
            System.arraycopy(twin.markerMs, 0, markerMs, markerCount, twin.markerCount);
            markerCount += twin.markerCount;
        }
        Arrays.sort(markerMs, 0, markerCount);
    }

    private void add(int at, long moment) {
        if (moments == before.length) {
            before = Arrays.copyOf(before, 2 * moments);
            momentMs = Arrays.copyOf(momentMs, 2 * moments);
        }
        before[moments] = at;
        momentMs[moments++] = moment;
    }

    /** The moment between two samples that are shown, both excluded, or {@link #NEVER}. */
    private long moment(long lastMs, long nextMs, long nowMs) {
        boolean hasLast = lastMs != Long.MIN_VALUE;
        while (passed < markerCount && hasLast && lastMs - markerMs[passed] > LONGEST_STEP_MS) {
            passed++;
        }
        for (int m = passed; m < markerCount && markerMs[m] < nextMs && markerMs[m] <= nowMs; m++) {
            if (hasLast && tooEarly(markerMs[m], lastMs)) {
                continue;
            }
            long moment = silence(Math.max(markerMs[m], hasLast ? lastMs + 1 : markerMs[m]), nextMs, nowMs);
            if (moment == NEVER) {
                return NEVER;
            }
            if (isLastWord(markerMs[m], moment)) {
                return moment;
            }
        }
        return NEVER;
    }

    private boolean tooEarly(long marker, long lastMs) {
        return marker <= lastMs && UsualInterval.isHole(lastMs - marker, interval.at(lastMs));
    }

    /** Whether the marker is the last word of a twin, and not only because another one of that twin came behind it. */
    private boolean isLastWord(long marker, long momentMs) {
        for (int t = 0; t < twins.count; t++) {
            Twin twin = twins.get(t);
            int behind = twin.firstFrom(marker);
            if (twin.markerUntil(momentMs) >= marker && (behind == twin.count || twin.timeMs[behind] > momentMs)) {
                return true;
            }
        }
        return false;
    }

    /** The first moment from {@code fromMs} on at which every twin has ended or is silent for more than 1.6 intervals. */
    private long silence(long fromMs, long nextMs, long nowMs) {
        long moment = fromMs;
        int quiet = 0; // twins in a row that are quiet at the moment
        for (int t = 0; quiet < twins.count; t = (t + 1) % twins.count) {
            if (moment >= nextMs || moment > nowMs) {
                return NEVER;
            }
            Twin twin = twins.get(t);
            long until = quietFrom(twin, moment);
            quiet = until == moment ? quiet + 1 : 1;
            moment = until;
        }
        return moment >= nextMs || moment > nowMs ? NEVER : moment;
    }

    /** The first moment from {@code fromMs} on at which this twin's last word is a marker or too old. */
    private long quietFrom(Twin twin, long fromMs) {
        long moment = fromMs;
        while (true) {
            int behind = twin.firstFrom(moment + 1);
            long marker = twin.markerUntil(moment);
            if (behind == 0 || marker > twin.timeMs[behind - 1]) {
                return moment;
            }
            long old = tooOldFrom(twin.timeMs[behind - 1], moment);
            long word = behind < twin.count ? twin.timeMs[behind] : Long.MAX_VALUE;
            long nextMarker = twin.markerFrom(moment + 1);
            if (nextMarker < word && nextMarker <= old) {
                return nextMarker;
            }
            if (old < word) {
                return old;
            }
            moment = word;
        }
    }

    /** The first moment from {@code fromMs} on that lies more than 1.6 intervals, of its own window, behind the word. */
    private long tooOldFrom(long wordMs, long fromMs) {
        long window = ReplicaWindow.of(fromMs);
        while (true) {
            long begin = Math.max(fromMs, ReplicaWindow.startMs(window));
            long old = Math.max(begin, wordMs + UsualInterval.longestStepMs(interval.at(begin)) + 1);
            if (ReplicaWindow.of(old) == window) {
                return old;
            }
            window++;
        }
    }
}
