package io.engram.compactor.plan;

import java.util.List;

/**
 * Whether and when a tenant's replicas are folded.
 *
 * @param replicaLabels that tell replicas apart; where there are none, nothing is folded
 * @param clusterLabel that names the pair
 * @param lateMs how much later than others a sample may come
 */
public record FoldRules(boolean on, List<String> replicaLabels, String clusterLabel, long lateMs) {
    public static final FoldRules OFF = new FoldRules(false, List.of(), "", 0);

    public FoldRules {
        replicaLabels = List.copyOf(replicaLabels);
    }
}
