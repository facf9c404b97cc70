package io.engram.ingester.replicas;

import io.engram.model.replica.ActivityTable;
import io.engram.model.replica.ClusterActivity;
import io.engram.tsdb.head.ReplicaNewest;
import io.engram.tsdb.replica.Ranks;
import java.util.ArrayList;
import java.util.List;

/** What there is to say of a tenant's replicas: a pure function of what was counted and of the time. */
final class ReplicaReport {
    /** Gaps are looked for so far back, where the head remembers that. */
    static final long HOURS_MS = 3 * 3_600_000;

    private ReplicaReport() {}

    static List<ClusterStatus> of(ActivityTable activity, List<ReplicaNewest> newest, long nowMs) {
        return activity.clusters().stream()
                .map(cluster -> cluster(cluster, newest, nowMs))
                .toList();
    }

    private static ClusterStatus cluster(ClusterActivity cluster, List<ReplicaNewest> newest, long nowMs) {
        Ranks ranks = Ranks.of(cluster, cluster.replicas(), nowMs, nowMs);
        long window = ActivityTable.window(nowMs);
        String leader = ranks.name(ranks.leader(window));
        long leaderNewestMs = newestMs(cluster, cluster.replicas().indexOf(leader), newest);
        List<ReplicaStatus> replicas = new ArrayList<>();
        for (int replica = 0; replica < cluster.replicaCount(); replica++) {
            long newestMs = newestMs(cluster, replica, newest);
            replicas.add(new ReplicaStatus(
                    cluster.replica(replica),
                    newestMs,
                    nowMs - newestMs,
                    newestMs - leaderNewestMs,
                    cluster.samples(replica, window - 1),
                    cluster.series(replica, window - 1),
                    gaps(cluster, replica, window)));
        }
        return new ClusterStatus(cluster.name(), leader, replicas);
    }

    private static long newestMs(ClusterActivity cluster, int replica, List<ReplicaNewest> newest) {
        return newest.stream()
                .filter(of ->
                        of.cluster().equals(cluster.name()) && of.replica().equals(cluster.replica(replica)))
                .mapToLong(ReplicaNewest::newestMs)
                .findFirst()
                .orElse(ActivityTable.startMs(cluster.lastWindow(replica)));
    }

    /** Of whole windows, from the one behind the replica's first on: that may have begun in its middle. */
    private static List<ReplicaGap> gaps(ClusterActivity cluster, int replica, long now) {
        List<ReplicaGap> gaps = new ArrayList<>();
        long first = Math.max(now - HOURS_MS / ActivityTable.WINDOW_MS, cluster.firstWindow(replica) + 1);
        for (long window = first; window < now; window++) {
            long samples = cluster.samples(replica, window);
            long best = 0;
            long series = 0;
            for (int other = 0; other < cluster.replicaCount(); other++) {
                best = Math.max(best, cluster.samples(other, window));
                series = Math.max(series, cluster.series(other, window));
            }
            if (samples == 0 || isClearlyLess(samples, best, series)) {
                add(
                        gaps,
                        new ReplicaGap(
                                ActivityTable.startMs(window), ActivityTable.startMs(window + 1), samples, best));
            }
        }
        return gaps;
    }

    /** As the election sees it: two scrapes may have fallen over the edges of the window. */
    private static boolean isClearlyLess(long samples, long best, long series) {
        return 10 * (samples + 2 * series) < 9 * best;
    }

    private static void add(List<ReplicaGap> gaps, ReplicaGap more) {
        ReplicaGap last = gaps.isEmpty() ? null : gaps.getLast();
        if (last != null && last.toMs() == more.fromMs()) {
            gaps.set(
                    gaps.size() - 1,
                    new ReplicaGap(
                            last.fromMs(),
                            more.toMs(),
                            last.samples() + more.samples(),
                            last.expected() + more.expected()));
        } else {
            gaps.add(more);
        }
    }
}
