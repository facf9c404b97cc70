package io.engram.tsdb.head;

import io.engram.model.replica.ActivityTable;
import io.engram.model.replica.ClusterActivity;
import io.engram.tsdb.head.ReplicaNumbers.Replica;
import io.engram.tsdb.replica.Ranks;
import java.util.Arrays;

/**
 * Which of a tenant's replicas do not lead their pair now. Queries show their samples where the leader has a hole, which is
 * seldom, so their open chunks need not be in memory: each is sealed when it has filled its record and a block ({@link
 * EarlySeal}).
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

    /** Sees who leads in the newest window of each pair; takes each stripe's lock for a moment. */
    void elect(TenantHead head) {
        ActivityTable activity = new HeadActivity(head).table(Long.MIN_VALUE, Long.MAX_VALUE);
        boolean[] elected = {};
        head.indexLock().lock();
        try {
            for (ClusterActivity cluster : activity.clusters()) {
                // The pair's own: the clock of another sender may be ahead, and its samples hours.
                long window = cluster.lastWindow();
                long atMs = ActivityTable.startMs(window);
                Ranks ranks = Ranks.of(cluster, cluster.replicas(), atMs, atMs);
                for (int r = 0; r < ranks.replicas(); r++) {
                    int number = head.replicas().known(new Replica(cluster.name(), ranks.name(r)));
                    if (number != ReplicaNumbers.NONE && ranks.rank(r, window) > 0) {
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
