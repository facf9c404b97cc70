package io.engram.ring;

import java.util.ArrayList;
import java.util.List;

/**
 * What operators look at of an instance on a ring.
 *
 * @param ownership the share of its zone's tokens that it owns, from 0 to 1
 * @param silentMs for how long its heartbeat is gone; 0 while it is there
 */
public record InstanceStatus(Instance instance, double ownership, long silentMs) {
    /** Those of a ring, by id. */
    static List<InstanceStatus> of(Ring ring, Health health, long nowMs) {
        List<InstanceStatus> all = new ArrayList<>();
        double[] ownerships = ring.ownerships();
        for (int i = 0; i < ownerships.length; i++) {
            Instance instance = ring.instances().get(i);
            long silentMs = nowMs - health.missingSinceMs().getOrDefault(instance.id(), nowMs);
            all.add(new InstanceStatus(instance, ownerships[i], silentMs));
        }
        return all;
    }
}
