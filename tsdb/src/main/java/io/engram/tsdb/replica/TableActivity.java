package io.engram.tsdb.replica;

import io.engram.model.replica.ClusterActivity;

/** What an activity table has of one cluster, as the election reads it. */
record TableActivity(ClusterActivity cluster) implements Activity {
    @Override
    public int replicaCount() {
        return cluster.replicaCount();
    }

    @Override
    public String replica(int replica) {
        return cluster.replica(replica);
    }

    @Override
    public long samples(int replica, long window) {
        return cluster.samples(replica, window);
    }

    @Override
    public long series(int replica, long window) {
        return cluster.series(replica, window);
    }
}
