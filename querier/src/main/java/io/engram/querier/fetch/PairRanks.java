package io.engram.querier.fetch;

import io.engram.model.replica.ActivityTable;
import io.engram.tsdb.replica.Ranks;
import io.engram.tsdb.replica.ReplicaWindow;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;

/**
 * Who leads: the ranks of each pair of a selection, and which of its replicas each series came from. A series without a
 * replica label counts as the replica whose name is empty: it was folded from twins. Immutable.
 */
final class PairRanks {
    private final Ranks[] ofGroup; // null where there is one series
    private final int[] replica; // by series of the groups

    private PairRanks(Ranks[] ofGroup, int[] replica) {
        this.ofGroup = ofGroup;
        this.replica = replica;
    }

    /** A pair, first without ranks. */
    private static final class Pair {
        final TreeSet<String> replicas = new TreeSet<>();
        Ranks ranks;
    }

    /**
     * @param activity what all sources counted, for the windows that {@code minTimeMs} to {@code maxTimeMs} have to be read
     *     with and the one before
     */
    static PairRanks of(
            TwinGroups groups, ReplicaRule rule, ActivityTable activity, long minTimeMs, long maxTimeMs, long nowMs) {
        Map<String, Pair> pairs = new HashMap<>();
        Pair[] pairOf = new Pair[groups.size()];
        String[] name = new String[groups.joined().size()];
        for (int g = 0; g < pairOf.length; g++) {
            if (groups.twins(g) > 1) {
                String cluster = groups.joined().labelValue(groups.first(g), rule.clusterLabel());
                pairOf[g] = pairs.computeIfAbsent(cluster, _ -> new Pair());
                for (int series = groups.first(g); series < groups.end(g); series++) {
                    name[series] = groups.replica(series);
                    pairOf[g].replicas.add(name[series]);
                }
            }
        }
        long fromMs = ReplicaWindow.readFromMs(minTimeMs);
        long toMs = Math.min(ReplicaWindow.readToMs(maxTimeMs), nowMs);
        pairs.forEach((cluster, pair) -> pair.ranks = Ranks.of(activity.cluster(cluster), pair.replicas, fromMs, toMs));
        Ranks[] ranks = new Ranks[pairOf.length];
        int[] replica = new int[name.length];
        for (int g = 0; g < pairOf.length; g++) {
            if (pairOf[g] != null) {
                ranks[g] = pairOf[g].ranks;
                for (int series = groups.first(g); series < groups.end(g); series++) {
                    replica[series] = ranks[g].replica(name[series]);
                }
            }
        }
        return new PairRanks(ranks, replica);
    }

    /** Of a group with several series. */
    Ranks ofGroup(int group) {
        return ofGroup[group];
    }

    /** The replica that a series came from, as its group's ranks number them. */
    int replica(int series) {
        return replica[series];
    }
}
