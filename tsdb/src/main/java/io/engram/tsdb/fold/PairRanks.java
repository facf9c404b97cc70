package io.engram.tsdb.fold;

import io.engram.model.replica.ActivityTable;
import io.engram.model.replica.ReplicaNames;
import io.engram.tsdb.replica.Ranks;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/** Who leads in each pair, ranked as queries rank them. For one thread. */
final class PairRanks {
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
        names.add(ReplicaNames.FOLDED);
        return Ranks.of(activity.cluster(pair.cluster), names, fromMs, toMs);
    }
}
