package io.engram.ring;

import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Who of a ring was heard from lately. A heartbeat may be gone for a moment (a server of the store that starts again ends
 * old sessions), so it must be gone for two session timeouts; and where so many are gone that it is rather the network
 * between the store and them, or between it and us, nobody is unhealthy for it and the outcome of calls decides; on a ring
 * whose members nobody calls all of them are, or what they had to do would never be taken over. Immutable.
 *
 * @param missingSinceMs of those whose heartbeat is not there
 * @param unhealthy those of them who are believed dead
 */
record Health(Map<String, Long> missingSinceMs, Set<String> unhealthy) {
    static final Health UNKNOWN = new Health(Map.of(), Set.of());

    Health {
        missingSinceMs = Map.copyOf(missingSinceMs);
        unhealthy = Set.copyOf(unhealthy);
    }

    /** @param connected where not, it is not known who is there: nobody becomes unhealthy, and waiting begins anew */
    Health next(Collection<Instance> members, Set<String> alive, boolean connected, long nowMs, RingState.Times times) {
        Map<String, Long> missing = new HashMap<>();
        Set<String> dead = new HashSet<>();
        for (Instance member : members) {
            if (!alive.contains(member.id())) {
                boolean wasDead = unhealthy.contains(member.id());
                if (wasDead) {
                    dead.add(member.id());
                }
                missing.put(
                        member.id(), connected || wasDead ? missingSinceMs.getOrDefault(member.id(), nowMs) : nowMs);
            }
        }
        if (connected) {
            for (Instance member : members) {
                Long since = missing.get(member.id());
                if (since != null
                        && nowMs - since >= times.graceMs()
                        && !(times.called() && many(members, missing, since, times.graceMs()))) {
                    dead.add(member.id());
                }
            }
        }
        return new Health(missing, dead);
    }

    /**
     * Whether those who are missing, and went at most {@code graceMs} before or after {@code sinceMs}, are of more than one
     * zone, or, without zones, more than one and more than a third of all. One zone may go: copies are spread for that.
     */
    private boolean many(Collection<Instance> members, Map<String, Long> missing, long sinceMs, long graceMs) {
        Set<String> zones = new HashSet<>();
        Set<String> zonesGone = new HashSet<>();
        int gone = 0;
        for (Instance member : members) {
            zones.add(member.zone());
            Long since = missing.get(member.id());
            if (since != null && Math.abs(since - sinceMs) <= graceMs) {
                gone++;
                zonesGone.add(member.zone());
            }
        }
        return zones.size() > 1 ? zonesGone.size() > 1 : gone > 1 && gone * 3 > members.size();
    }
}
