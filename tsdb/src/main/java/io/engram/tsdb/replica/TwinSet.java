package io.engram.tsdb.replica;

import io.engram.model.replica.ReplicaNames;
import java.util.Arrays;

/**
 * The twins of one series, and their order in each span of windows. Reused from series to series.
 *
 * <p>A twin is ranked in the windows in which it has samples and in those beside them. Elsewhere it comes behind all that
 * are: a replica whose samples lie hours away must not move the ranks of the others, or the choice would depend on how far a
 * query reads. The windows beside, since of a series that is scraped every 5 minutes a window may have no sample, and since
 * the first scrapes of twins may fall to both sides of an edge. A folded series is ranked in its own windows alone: it ends
 * where the twins go on whose samples it has, in the same scrape.
 */
final class TwinSet {
    private final Spans spans = new Spans();
    private Twin[] twins = {new Twin(), new Twin()};
    private int[] order = new int[2];
    private int orderedSpan = -1;
    private long firstWindow; // in which any twin has a sample

    Ranks ranks;
    int count;

    void begin(Ranks newRanks) {
        ranks = newRanks;
        count = 0;
        orderedSpan = -1;
    }

    Twin add() {
        if (count == twins.length) {
            twins = Arrays.copyOf(twins, count + 1);
            twins[count] = new Twin();
            order = new int[count + 1];
        }
        return twins[count++];
    }

    Twin get(int twin) {
        return twins[twin];
    }

    /** Divides time into spans of one order each. To be asked for when all twins were added. */
    Spans divide() {
        orderedSpan = -1;
        spans.clear();
        firstWindow = Long.MAX_VALUE;
        long lastWindow = Long.MIN_VALUE;
        for (int t = 0; t < count; t++) {
            if (twins[t].count > 0) {
                firstWindow = Math.min(firstWindow, twins[t].firstWindow());
                lastWindow = Math.max(lastWindow, twins[t].lastWindow());
            }
        }
        for (int span = 1; span < ranks.spans(); span++) {
            spans.cut(ranks.firstWindow(span));
        }
        for (int t = 0; t < count; t++) {
            cutAtAbsence(twins[t], lastWindow);
        }
        return spans;
    }

    private void cutAtAbsence(Twin twin, long lastWindow) {
        if (twin.count == 0) {
            return;
        }
        int beside = beside(twin);
        cutAbsence(firstWindow, twin.firstWindow() - beside);
        for (int i = twin.longStep(1); i < twin.count; i = twin.longStep(i + 1)) {
            cutAbsence(ReplicaWindow.of(twin.timeMs[i - 1]) + beside + 1, ReplicaWindow.of(twin.timeMs[i]) - beside);
        }
        cutAbsence(twin.lastWindow() + beside + 1, lastWindow + 1);
    }

    /** Windows to both sides of a sample's own in which its twin is ranked. */
    private int beside(Twin twin) {
        return twin.replica >= 0 && ranks.name(twin.replica).equals(ReplicaNames.FOLDED) ? 0 : 1;
    }

    /** @param end the first window in which it is there again */
    private void cutAbsence(long from, long end) {
        if (from < end) {
            spans.cut(from);
            spans.cut(end);
        }
    }

    /** The twin of this rank among those that are there. Twins of the same rank are in the order in which they came. */
    int ofRank(int rank, int span) {
        if (span != orderedSpan) {
            sort(span);
        }
        return order[rank];
    }

    private void sort(int span) {
        long window = Math.max(firstWindow, spans.firstWindow(span));
        for (int i = 0; i < count; i++) {
            int place = place(i, window);
            int at = i;
            while (at > 0 && place(order[at - 1], window) > place) {
                order[at] = order[at - 1];
                at--;
            }
            order[at] = i;
        }
        orderedSpan = span;
    }

    private int place(int twin, long window) {
        int rank = ranks.rank(twins[twin].replica, window);
        int beside = beside(twins[twin]);
        boolean present = twins[twin].hasSample(window - beside, window + beside);
        return present ? rank : ranks.replicas() + 1 + rank;
    }

    void release() {
        for (int i = 0; i < count; i++) {
            twins[i].release();
        }
        count = 0;
    }
}
