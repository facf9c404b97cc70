package io.engram.distributor;

import io.engram.model.limits.Limits;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The names of the labels that say which replica of which HA pair a series comes from. Immutable. */
final class HaLabels {
    private final byte[] cluster;
    private final byte[] replica;

    HaLabels(Limits limits) {
        this.cluster = limits.haClusterLabel().getBytes(StandardCharsets.UTF_8);
        this.replica = limits.haReplicaLabel().getBytes(StandardCharsets.UTF_8);
    }

    boolean isCluster(byte[] bytes, int at, int length) {
        return length == cluster.length && Arrays.equals(bytes, at, at + length, cluster, 0, length);
    }

    boolean isReplica(byte[] bytes, int at, int length) {
        return length == replica.length && Arrays.equals(bytes, at, at + length, replica, 0, length);
    }
}
