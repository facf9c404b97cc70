package io.engram.distributor;

import io.engram.model.hash.SeriesHash;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The (cluster, replica) pairs that the series of one request name, numbered as they come. Nearly always there is one, and
 * it is that of the series before; a request that names very many costs no more a series. Used by one thread.
 */
final class ReplicaPairs {
    /** More than a proxy in front of every cluster of a tenant sends at once. */
    static final int MAX_PAIRS = 1024;

    private static final int FIRST_SLOTS = 16;

    private final SeriesHash hash;
    private final List<ReplicaPair> pairs = new ArrayList<>(2);
    private final long[] word = new long[1];
    private int last;
    private int[] slots = new int[0]; // ordinals plus one; made when there is a second pair

    ReplicaPairs(SeriesHash hash) {
        this.hash = hash;
    }

    List<ReplicaPair> all() {
        return pairs;
    }

    /** The ordinal of a pair whose values are parts of {@code bytes}; {@link #MAX_PAIRS} for all beyond so many. */
    int ordinal(byte[] bytes, int clusterAt, int clusterLength, int replicaAt, int replicaLength) {
        if (!pairs.isEmpty() && is(pairs.get(last), bytes, clusterAt, clusterLength, replicaAt, replicaLength)) {
            return last;
        }
        last = find(bytes, clusterAt, clusterLength, replicaAt, replicaLength);
        return last;
    }

    private int find(byte[] bytes, int clusterAt, int clusterLength, int replicaAt, int replicaLength) {
        if (slots.length < 2 * (pairs.size() + 1)) {
            grow();
        }
        int slot = slot(bytes, clusterAt, clusterLength, replicaAt, replicaLength);
        while (slots[slot] != 0) {
            if (is(pairs.get(slots[slot] - 1), bytes, clusterAt, clusterLength, replicaAt, replicaLength)) {
                return slots[slot] - 1;
            }
            slot = (slot + 1) & (slots.length - 1);
        }
        if (pairs.size() >= MAX_PAIRS) {
            if (pairs.size() == MAX_PAIRS) {
                pairs.add(new ReplicaPair(new byte[0], new byte[0]));
            }
            return MAX_PAIRS;
        }
        pairs.add(new ReplicaPair(
                Arrays.copyOfRange(bytes, clusterAt, clusterAt + clusterLength),
                Arrays.copyOfRange(bytes, replicaAt, replicaAt + replicaLength)));
        slots[slot] = pairs.size();
        return pairs.size() - 1;
    }

    private void grow() {
        slots = new int[Math.max(FIRST_SLOTS, 2 * slots.length)];
        for (int i = 0; i < pairs.size(); i++) {
            byte[] cluster = pairs.get(i).clusterBytes;
            byte[] replica = pairs.get(i).replicaBytes;
            int slot = mix(hashOf(cluster, 0, cluster.length), hashOf(replica, 0, replica.length));
            while (slots[slot] != 0) {
                slot = (slot + 1) & (slots.length - 1);
            }
            slots[slot] = i + 1;
        }
    }

    private int slot(byte[] bytes, int clusterAt, int clusterLength, int replicaAt, int replicaLength) {
        return mix(hashOf(bytes, clusterAt, clusterLength), hashOf(bytes, replicaAt, replicaLength));
    }

    /** Keyed, for the values come from strangers. */
    private long hashOf(byte[] bytes, int at, int length) {
        hash.fingerprint(bytes, at, length, word, word, 0);
        return word[0];
    }

    private int mix(long cluster, long replica) {
        return (int) (Long.rotateLeft(cluster, 29) * 31 + replica) & (slots.length - 1);
    }

    private static boolean is(
            ReplicaPair pair, byte[] bytes, int clusterAt, int clusterLength, int replicaAt, int replicaLength) {
        return Arrays.equals(
                        bytes, replicaAt, replicaAt + replicaLength, pair.replicaBytes, 0, pair.replicaBytes.length)
                && Arrays.equals(
                        bytes, clusterAt, clusterAt + clusterLength, pair.clusterBytes, 0, pair.clusterBytes.length);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
