package io.engram.tsdb.replica;

import java.util.Arrays;

/** The twins of one series, and their order in each span of {@link Ranks}. Reused from series to series. */
final class TwinSet {
    private Twin[] twins = {new Twin(), new Twin()};
    private int[] order = new int[2];
    private int orderedSpan = -1;

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

    /** The twin of this rank among those that are there. Twins of the same rank are in the order in which they came. */
    int ofRank(int rank, int span) {
        if (span != orderedSpan) {
            sort(span);
        }
        return order[rank];
    }

    private void sort(int span) {
        for (int i = 0; i < count; i++) {
            int place = ranks.rankInSpan(twins[i].replica, span);
            int at = i;
            while (at > 0 && ranks.rankInSpan(twins[order[at - 1]].replica, span) > place) {
                order[at] = order[at - 1];
                at--;
            }
            order[at] = i;
        }
        orderedSpan = span;
    }

    void release() {
        for (int i = 0; i < count; i++) {
            twins[i].release();
        }
        count = 0;
    }
}
