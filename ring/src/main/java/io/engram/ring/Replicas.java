package io.engram.ring;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * Which replication set each token has: a lookup is a binary search and makes nothing. Sets of the same instances are one,
 * in whatever order, so a batch falls into as few parts as there are sets. Immutable.
 */
public final class Replicas {
    private final int replicationFactor;
    /** Sorted, with the sign bit flipped. */
    private final int[] flippedTokens;
    /** The ordinal of the set, for each token and, behind the last, for what wraps around. */
    private final int[] setAt;

    private final List<ReplicationSet> sets;

    private Replicas(int replicationFactor, int[] flippedTokens, int[] setAt, List<ReplicationSet> sets) {
        this.replicationFactor = replicationFactor;
        this.flippedTokens = flippedTokens;
        this.setAt = setAt;
        this.sets = List.copyOf(sets);
    }

    /** @param ownersFrom the set of the token at an index */
    static Replicas of(int[] flippedTokens, IntFunction<ReplicationSet> ownersFrom, int replicationFactor) {
        Map<List<String>, Integer> ordinals = new HashMap<>();
        List<ReplicationSet> sets = new ArrayList<>();
        int[] setAt = new int[flippedTokens.length + 1];
        for (int i = 0; i < flippedTokens.length; i++) {
            ReplicationSet set = ownersFrom.apply(i);
            List<String> ids =
                    set.instances().stream().map(Instance::id).sorted().toList();
            setAt[i] = ordinals.computeIfAbsent(ids, _ -> {
                sets.add(set);
                return sets.size() - 1;
            });
        }
        if (flippedTokens.length == 0) {
            sets.add(ownersFrom.apply(0));
        }
        setAt[flippedTokens.length] = setAt[0];
        return new Replicas(replicationFactor, flippedTokens, setAt, sets);
    }

    public int replicationFactor() {
        return replicationFactor;
    }

    /** The ordinal of the set that a token belongs to. */
    public int setOf(int token) {
        return setAt[firstAtOrAbove(flippedTokens, token ^ Integer.MIN_VALUE)];
    }

    public int setCount() {
        return sets.size();
    }

    public ReplicationSet set(int ordinal) {
        return sets.get(ordinal);
    }

    /** The index of the first of the sorted tokens that is not below {@code flipped}; their number where there is none. */
    static int firstAtOrAbove(int[] flippedTokens, int flipped) {
        int low = 0;
        int high = flippedTokens.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (flippedTokens[middle] < flipped) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
