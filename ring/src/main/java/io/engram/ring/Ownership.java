package io.engram.ring;

import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How much of its zone each instance owns. */
final class Ownership {
    private Ownership() {}

    /** Arguments as {@link Ring} keeps them. */
    static double[] of(List<Instance> instances, int[] flippedTokens, int[] owner) {
        Map<String, Integer> zones = new HashMap<>();
        int[] zone = new int[instances.size()];
        for (int i = 0; i < zone.length; i++) {
            zone[i] = zones.computeIfAbsent(instances.get(i).zone(), _ -> zones.size());
        }
        int[] before = new int[zones.size()];
        for (int i = 0; i < owner.length; i++) {
            before[zone[owner[i]]] = flippedTokens[i]; // in the end: the last of the zone, which is before the first
        }
        long[] owned = new long[zone.length];
        boolean[] several = new boolean[zones.size()];
        for (int i = 0; i < owner.length; i++) {
            int in = zone[owner[i]];
            owned[owner[i]] += Integer.toUnsignedLong(flippedTokens[i] - before[in]);
            several[in] |= flippedTokens[i] != before[in];
            before[in] = flippedTokens[i];
        }
        double[] shares = new double[zone.length];
        for (int i = 0; i < shares.length; i++) {
            // A zone's only token has all of it, and its distance from itself is 0.
            boolean only = !several[zone[i]] && !instances.get(i).tokens().isEmpty();
            shares[i] = only ? 1 : owned[i] / (double) (1L << 32);
        }
        return shares;
    }
}
