package io.engram.ring;

import java.util.List;

/**
 * The instances that hold a series, owner of its token first.
 *
 * @param quorum how many of them must have taken a sample before it counts as stored
 */
public record ReplicationSet(List<Instance> instances, int quorum) {
    public ReplicationSet {
        instances = List.copyOf(instances);
    }
}
