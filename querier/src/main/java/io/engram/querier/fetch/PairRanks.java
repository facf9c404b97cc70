package io.engram.querier.fetch;

import io.engram.model.labels.Labels;
import io.engram.model.replica.ActivityTable;
import io.engram.model.replica.ReplicaNames;
import io.engram.tsdb.replica.Ranks;
import io.engram.tsdb.replica.ReplicaWindow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
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

    /** A pair before it is ranked. */
    private static final class Pair {
        final TreeSet<String> replicas = new TreeSet<>();
        final List<Integer> groups = new ArrayList<>();
    }

    /**
     * @param activity what all sources counted, for the windows that {@code minTimeMs} to {@code maxTimeMs} have to be read
     *     with and the one before
     */
    static PairRanks of(
            TwinGroups groups, ReplicaRule rule, ActivityTable activity, long minTimeMs, long maxTimeMs, long nowMs) {
        Map<String, Pair> pairs = new HashMap<>();
        String[] name = new String[groups.joined().size()];
        for (int g = 0; g < groups.size(); g++) {
            if (groups.twins(g) > 1) {
                collect(groups, g, rule, name, pairs);
            }
        }
        Ranks[] ranks = new Ranks[groups.size()];
        int[] replica = new int[name.length];
        long fromMs = ReplicaWindow.readFromMs(minTimeMs);
        long toMs = Math.min(ReplicaWindow.readToMs(maxTimeMs), nowMs);
        pairs.forEach((cluster, pair) -> {
            Ranks of = Ranks.of(activity.cluster(cluster), pair.replicas, fromMs, toMs);
            for (int g : pair.groups) {
                ranks[g] = of;
                for (int series = groups.first(g); series < groups.end(g); series++) {
                    replica[series] = of.replica(name[series]);
                }
            }
        });
        return new PairRanks(ranks, replica);
    }

    private static void collect(TwinGroups groups, int g, ReplicaRule rule, String[] name, Map<String, Pair> pairs) {
        String cluster = groups.joined().labels(groups.first(g)).get(rule.clusterLabel());
        Pair pair = pairs.computeIfAbsent(cluster, _ -> new Pair());
        pair.groups.add(g);
        for (int series = groups.first(g); series < groups.end(g); series++) {
            Labels labels = groups.joined().labels(series);
            String of = ReplicaNames.replica(labels, rule.labels());
            name[series] = of == null ? ReplicaNames.FOLDED : of;
            pair.replicas.add(name[series]);
        }
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
