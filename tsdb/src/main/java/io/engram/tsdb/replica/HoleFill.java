package io.engram.tsdb.replica;

/**
 * Chooses which samples are shown, rank by rank.
 *
 * <ol>
 *   <li>The samples of each window's leader are all shown, but for those of a new leader that come less than half an
 *       interval behind the last one of the old.
 *   <li>The twins of the next rank fill the holes of what is shown so far: more than 1.6 intervals to the next sample, or
 *       to now. The twin's own samples are shown there, all of them; those that come less than half an interval behind one
 *       of another twin give way, and so does the sample behind the hole.
 *   <li>So on with each further rank. All ranks are gone through again until nothing changes.
 * </ol>
 *
 * <p>Each sample is judged by the interval and the ranks of its own window. A hole begins at the last sample that was shown
 * in the window of the sample that would fill it or in the one before; where nothing was, at that sample itself. A longer
 * memory would make answers depend on how far back a query reads.
 */
final class HoleFill {
    private static final int NONE = -1;

    /** How often all ranks are gone through; a third time is hardly ever needed. */
    private static final int MOST_ROUNDS = 8;

    private final TwinSet twins;
    private final UsualInterval interval;
    private final Runs first;
    private final Runs second;
    private Runs shown;
    private Spans spans;
    private int rank;
    /** Whether a hole was filled, or a sample gave way, since it was last asked. */
    private boolean changed;

    private long nowMs;

    HoleFill(TwinSet twins, UsualInterval interval) {
        this.twins = twins;
        this.interval = interval;
        first = new Runs(twins);
        second = new Runs(twins);
    }

    /** The samples that are shown of twins that were read up to {@code nowMs}. Valid until the next call. */
    Runs choose(long now) {
        nowMs = now;
        spans = twins.divide();
        shown = first;
        changed = false;
        showLeaders();
        long certainMs = UsualInterval.longestStepMs(interval.least()); // no step up to it is a hole
        for (rank = 1; rank < twins.count; rank++) {
            fillHoles(certainMs);
        }
        // A sample may have given way to one that gave way later, and what fills a hole may begin one for those above.
        for (int round = 1; changed && round < MOST_ROUNDS; round++) {
            changed = false;
            for (rank = 0; rank < twins.count; rank++) {
                fillHoles(certainMs);
            }
        }
        return shown;
    }

    private void showLeaders() {
        shown.clear();
        for (int span = 0; span < spans.count(); span++) {
            int leader = twins.ofRank(0, span);
            Twin twin = twins.get(leader);
            int from = twin.firstFrom(spans.startMs(span));
            int to = twin.firstFrom(spans.endMs(span));
            while (from < to && givesWay(leader, twin.timeMs[from])) {
                from++;
                changed = true;
            }
            shown.add(leader, from, to);
        }
    }

    private boolean givesWay(int twin, long timeMs) {
        return !shown.isEmpty()
                && shown.lastTwin() != twin
                && UsualInterval.isClose(timeMs - shown.lastMs(), interval.at(timeMs));
    }

    private void fillHoles(long certainMs) {
        Runs above = shown;
        shown = above == first ? second : first;
        shown.clear();
        for (int run = 0; run < above.count; run++) {
            int twin = above.twin[run];
            long[] timeMs = twins.get(twin).timeMs;
            int to = above.to[run];
            int i = above.from[run];
            while (i < to) {
                if (shown.isEmpty() || timeMs[i] - shown.lastMs() > certainMs) {
                    fill(timeMs[i], twin);
                }
                if (givesWay(twin, timeMs[i])) {
                    changed = true;
                    i++;
                    continue;
                }
                int next = i + 1;
                while (next < to && timeMs[next] - timeMs[next - 1] <= certainMs) {
                    next++;
                }
                shown.add(twin, i, next);
                i = next;
            }
        }
        fill(nowMs, NONE);
    }

    /**
     * Fills what is between the last sample shown and the next one of the ranks above, if it is a hole.
     *
     * @param next the twin of that next one, or {@link #NONE}
     */
    private void fill(long nextMs, int next) {
        long beginMs = shown.isEmpty() ? Long.MIN_VALUE : shown.lastMs();
        long fromMs = shown.isEmpty() ? Long.MIN_VALUE : beginMs + 1;
        long endMs = next == NONE ? Long.MAX_VALUE : nextMs;
        int span = spans.of(ReplicaWindow.of(fromMs));
        for (; span < spans.count() && spans.startMs(span) < endMs; span++) {
            int filler = twins.ofRank(rank, span);
            Twin twin = twins.get(filler);
            int to = twin.firstFrom(Math.min(endMs, spans.endMs(span)));
            for (int i = twin.firstFrom(Math.max(fromMs, spans.startMs(span))); i < to; i++) {
                if (inHole(filler, twin.timeMs[i], beginMs, nextMs, next) && !givesWay(filler, twin.timeMs[i])) {
                    shown.add(filler, i, i + 1);
                    changed = true;
                }
            }
        }
    }

    private boolean inHole(int filler, long timeMs, long beginMs, long nextMs, int next) {
        long remembered = ReplicaWindow.startMs(ReplicaWindow.of(timeMs) - 1);
        if ((next == NONE || next == filler) && showsNoOther(filler, remembered)) {
            return true; // nobody waits for twins that showed nothing for so long, and no twin stands in its own way
        }
        if (shown.isEmpty() || shown.lastMs() < remembered) {
            return UsualInterval.isHole(nextMs - timeMs, interval.at(timeMs));
        }
        // Where the last sample of the ranks above is forgotten, one that filled the hole was shown since.
        return beginMs < remembered || UsualInterval.isHole(nextMs - beginMs, interval.at(timeMs));
    }

    /** Whether all that is shown since then is of this twin. */
    private boolean showsNoOther(int twin, long sinceMs) {
        int run = shown.count - 1;
        while (run >= 0 && shown.twin[run] == twin) {
            run--;
        }
        return run < 0 || shown.endMs(run) < sinceMs;
    }
}
