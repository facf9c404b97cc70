package io.engram.ingester.replicas;

import java.util.List;

/**
 * The replicas of one cluster, now.
 *
 * @param name empty for series without the label
 * @param leader whose samples queries show of the window that is filling
 * @param replicas by name
 */
record ClusterStatus(String name, String leader, List<ReplicaStatus> replicas) {
    ClusterStatus {
        replicas = List.copyOf(replicas);
    }
}
