package io.engram.ring;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a process knows of a ring: state and event give the next state and what is to be done. Pure.
 *
 * @param stored who is on the ring, as the store says, or said last
 * @param kept who is believed to be on it although the store, which had many, suddenly had nobody
 * @param keptSinceMs when that happened
 * @param alive whose heartbeat is there, as the store says, or said last
 */
record RingState(
        Map<String, Registered> stored,
        Map<String, Registered> kept,
        long keptSinceMs,
        Set<String> alive,
        boolean connected,
        Health health) {
    static final RingState EMPTY = new RingState(Map.of(), Map.of(), 0, Set.of(), false, Health.UNKNOWN);

    /**
     * How long things take.
     *
     * @param graceMs for which a heartbeat must be gone: two session timeouts
     * @param forgetMs after which an unhealthy instance is taken off the ring; 0 where only operators do that
     * @param called whether others call the members: then where many vanish at once, the outcome of calls decides. Where
     *     nobody does, nothing else would ever tell that they are dead
     */
    record Times(long graceMs, long forgetMs, boolean called) {}

    /** @param forget who is to be taken off the ring, where the store still has them at that version */
    record Step(RingState state, List<Registered> forget) {}

    Step step(RingEvent event, long nowMs, Times times) {
        RingState next = with(event, nowMs, times);
        Health judged = next.health.next(next.members(), next.alive, next.connected, nowMs, times);
        RingState state = new RingState(next.stored, next.kept, next.keptSinceMs, next.alive, next.connected, judged);
        return new Step(state, state.dueToForget(nowMs, times));
    }

    private RingState with(RingEvent event, long nowMs, Times times) {
        return switch (event) {
            case RingEvent.Instances(Map<String, Registered> all) -> seen(Map.copyOf(all), nowMs);
            case RingEvent.Heartbeats(Set<String> ids) ->
                new RingState(stored, kept, keptSinceMs, Set.copyOf(ids), connected, health);
            case RingEvent.Tick(boolean now) -> {
                boolean over = now && nowMs - keptSinceMs >= times.graceMs;
                yield new RingState(stored, over ? Map.of() : kept, keptSinceMs, alive, now, health);
            }
        };
    }

    /** A store that lost all it had is not believed at once: whoever is on the ring writes itself there again. */
    private RingState seen(Map<String, Registered> all, long nowMs) {
        return all.isEmpty() && stored.size() > 1
                ? new RingState(all, stored, nowMs, alive, connected, health)
                : new RingState(all, kept, keptSinceMs, alive, connected, health);
    }

    private List<Registered> dueToForget(long nowMs, Times times) {
        List<Registered> due = new ArrayList<>();
        if (connected && times.forgetMs > 0) {
            for (String id : health.unhealthy()) {
                if (stored.containsKey(id) && nowMs - health.missingSinceMs().get(id) >= times.forgetMs) {
                    due.add(stored.get(id));
                }
            }
        }
        return due;
    }

    /** All on the ring, as the store has them. */
    Collection<Instance> members() {
        Map<String, Registered> all = new HashMap<>(kept);
        all.putAll(stored);
        return all.values().stream().map(Registered::instance).toList();
    }

    /** All on the ring, with whether they are healthy. */
    List<Instance> judged() {
        return members().stream()
                .map(instance -> instance.withHealthy(!health.unhealthy().contains(instance.id())))
                .toList();
    }
}
