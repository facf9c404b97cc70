package io.engram.querier.fetch;

import io.engram.model.replica.ClusterActivity;
import io.engram.tsdb.replica.Activity;

/** What was counted of a pair, for those who rank its replicas. */
record CountedActivity(ClusterActivity counted) implements Activity {
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
}
