package io.engram.tsdb.fold;

import io.engram.model.labels.Utf8Order;
import java.util.Collections;
import java.util.List;

/**
 * By which labels replicas and pairs are told apart.
 *
 * @param names one or more, as {@code limits.replica-labels} has them
 * @param cluster label that names the pair, as {@code limits.ha-cluster-label} has it
 */
public record ReplicaLabels(List<String> names, String cluster) {
    public ReplicaLabels {
        names = List.copyOf(names);
        if (names.isEmpty()) {
            throw new IllegalArgumentException("there must be a replica label");
        }
    }

    /** The least of the names, in the order in which labels stand. */
    String first() {
        return Collections.min(names, Utf8Order::compare);
    }
}
