package io.engram.ring;

import com.dynatrace.hash4j.hashing.Hashing;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Supplier;

/**
 * The shards of a ring that were asked for last. Each instance has a rank for each key, the hash of both; a shard is the
 * first so many of each zone: another instance can only push one out. Safe for all threads.
 */
final class Shards {
    /** All together hold at most so many tokens, of 8 bytes and about as much again for tables of sets. */
    private static final int MAX_TOKENS = 4 << 20;

    private record Wanted(String key, int size) {}

    private final LinkedHashMap<Wanted, Ring> made = new LinkedHashMap<>(16, 0.75f, true); // guarded by this
    private long tokens; // guarded by this

    Ring get(String key, int size, Supplier<Ring> choose) {
        Wanted wanted = new Wanted(key, size);
        synchronized (this) {
            Ring known = made.get(wanted);
            if (known != null) {
                return known;
            }
        }
        Ring chosen = choose.get();
        synchronized (this) {
            Ring faster = made.putIfAbsent(wanted, chosen);
            if (faster != null) {
                return faster;
            }
            tokens += chosen.tokenCount();
            while (tokens > MAX_TOKENS && made.size() > 1) {
                tokens -= made.pollFirstEntry().getValue().tokenCount();
            }
        }
        return chosen;
    }

    /** @param sinceMs those who came onto the ring then or later do not count, nor do those who take no writes by an operator's word */
    static Ring choose(Ring ring, String key, int size, long sinceMs) {
        Map<String, List<Instance>> zones = new HashMap<>();
        for (Instance instance : ring.instances()) {
            zones.computeIfAbsent(instance.zone(), _ -> new ArrayList<>()).add(instance);
        }
        int perZone = (size + zones.size() - 1) / zones.size();
        Set<String> chosen = new HashSet<>();
        for (List<Instance> zone : zones.values()) {
            Map<String, Long> ranks = new HashMap<>();
            zone.forEach(instance -> ranks.put(instance.id(), rank(key, instance.id())));
            zone.sort(Comparator.<Instance>comparingLong(instance -> ranks.get(instance.id()))
                    .thenComparing(Instance::id));
            int counted = 0;
            for (int i = 0; i < zone.size() && counted < perZone; i++) {
                Instance next = zone.get(i);
                chosen.add(next.id());
                counted += next.readOnly() || next.registeredMs() >= sinceMs ? 0 : 1;
            }
        }
        return ring.only(instance -> chosen.contains(instance.id()));
    }

    private static long rank(String key, String id) {
        return Hashing.xxh3_64().hashStream().putString(key).putString(id).getAsLong();
    }
}
