package io.engram.tsdb.head;

import io.engram.model.replica.ActivityTable;
import io.engram.model.replica.ClusterActivity;
import io.engram.tsdb.head.ReplicaNumbers.Replica;
import io.engram.tsdb.replica.Ranks;
import java.util.Arrays;

/**
 * Which of a tenant's replicas do not lead their pair now. Queries show their samples where the leader has a hole, which is
 * seldom, so their open chunks need not be in memory: each is sealed when it outgrows its record ({@link EarlySeal}), and
 * takes no block.
 *
 * <p>Elected anew by maintenance; asked by whoever appends. A replica that comes to lead, or begins to follow, goes on with
 * the chunk it has, so an election that is a minute old costs nothing but memory.
 */
final class Standbys {
    /** By the number of the replica; replaced, never changed. */
    private volatile boolean[] standby = {};

    boolean has(int replica) {
        boolean[] all = standby;
        return replica < all.length && all[replica];
    }

    /** Sees who leads at the head's newest sample; takes each stripe's lock for a moment. */
    void elect(TenantHead head) {
        long nowMs = head.newestMs();
        if (nowMs == Long.MIN_VALUE) {
            return;
        }
        // A window is ranked by the one before it.
        ActivityTable activity = new HeadActivity(head).table(nowMs - ActivityTable.WINDOW_MS, nowMs);
        boolean[] elected = {};
        head.indexLock().lock();
        try {
            for (ClusterActivity cluster : activity.clusters()) {
                Ranks ranks = Ranks.of(cluster, cluster.replicas(), nowMs, nowMs);
                for (int r = 0; r < ranks.replicas(); r++) {
                    int number = head.replicas().known(new Replica(cluster.name(), ranks.name(r)));
                    if (number != ReplicaNumbers.NONE && ranks.rank(r, ActivityTable.window(nowMs)) > 0) {
                        elected = number < elected.length ? elected : Arrays.copyOf(elected, number + 1);
                        elected[number] = true;
                    }
                }
            }
        } finally {
            head.indexLock().unlock();
        }
        standby = elected;
    }
}
