package io.engram.ingester.replicas;

import io.engram.model.TenantId;
import java.util.List;

/**
 * The replicas of one tenant, now.
 *
 * @param clusters by name
 * @param uncountedSeries series of replicas beyond those that are counted
 */
record TenantReplicas(TenantId tenant, List<ClusterStatus> clusters, long uncountedSeries) {
    TenantReplicas {
        clusters = List.copyOf(clusters);
    }
}
