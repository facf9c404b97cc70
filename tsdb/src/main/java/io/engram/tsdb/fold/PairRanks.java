package io.engram.tsdb.fold;

import io.engram.model.replica.ActivityTable;
import io.engram.model.replica.ClusterActivity;
import io.engram.tsdb.replica.Activity;
import io.engram.tsdb.replica.Ranks;
import io.engram.tsdb.replica.ReplicaWindow;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Who leads in each pair, ranked as queries rank them. For one thread. */
final class PairRanks {
    /** The replica of a series that was folded: the least of all names. */
    static final String FOLDED = "";

    private record Pair(String cluster, List<String> replicas) {}

    private final ActivityTable activity;
    private final long fromMs;
    private final long toMs;
    private final Map<Pair, Ranks> ranks = new HashMap<>();

    /**
     * @param fromMs from when on samples are ranked, included
     * @param toMs until when, included
     */
    PairRanks(ActivityTable activity, long fromMs, long toMs) {
        this.activity = activity;
        this.fromMs = fromMs;
        this.toMs = toMs;
    }

    /** @param replicas that a series of the pair has */
    Ranks of(String cluster, List<String> replicas) {
        return ranks.computeIfAbsent(new Pair(cluster, List.copyOf(replicas)), this::rank);
    }

    private Ranks rank(Pair pair) {
        TreeSet<String> names = new TreeSet<>(pair.replicas);
        names.add(FOLDED);
        ClusterActivity counted = activity.cluster(pair.cluster);
        if (counted.replicaCount() == 0) {
            return Ranks.byName(names);
        }
        long firstMs = Math.max(fromMs, ReplicaWindow.startMs(counted.firstWindow()));
        long lastMs = Math.min(toMs, ReplicaWindow.startMs(counted.lastWindow() + 2));
        return Ranks.of(activity(counted), names, Math.min(firstMs, lastMs), lastMs);
    }

    private static Activity activity(ClusterActivity counted) {
        return new Activity() {
            @Override
            public int replicaCount() {
                return counted.replicaCount();
            }

            @Override
            public String replica(int replica) {
                return counted.replica(replica);
            }

            @Override
            public long samples(int replica, long window) {
                return counted.samples(replica, window);
            }

            @Override
            public long series(int replica, long window) {
                return counted.series(replica, window);
            }
        };
    }
}
