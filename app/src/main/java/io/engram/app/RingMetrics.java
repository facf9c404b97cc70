package io.engram.app;

import io.engram.ring.Instance;
import io.engram.ring.InstanceStatus;
import io.engram.ring.RingView;
import io.engram.server.metrics.Metrics;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;

/** A ring as this process sees it, as metrics with the label {@code ring}; states that nobody is in show 0. */
final class RingMetrics {
    private RingMetrics() {}

    /**
     * @param ring its name
     * @param self id of this instance, on the ring or not
     */
    static void register(String ring, RingView view, String self, Metrics metrics) {
        Supplier<List<InstanceStatus>> members = metrics.oncePerWalk(view::status);
        for (Instance.State state : Instance.State.values()) {
            for (boolean healthy : new boolean[] {true, false}) {
                metrics.gauge(
                        "engram_ring_members",
                        "Instances on a ring, by state and by whether they are believed to live.",
                        () -> members.get().stream()
                                .map(InstanceStatus::instance)
                                .filter(instance -> instance.state() == state && instance.healthy() == healthy)
                                .count(),
                        "ring",
                        ring,
                        "state",
                        state.name(),
                        "healthy",
                        Boolean.toString(healthy));
            }
        }
        metrics.gauge(
                "engram_ring_silent_members",
                "Instances on a ring whose heartbeat is gone, also where so many are that they are not held unhealthy.",
                () -> members.get().stream().filter(RingMetrics::isSilent).count(),
                "ring",
                ring);
        metrics.gauge(
                "engram_ring_silent_zones",
                "Zones of which no instance has a heartbeat; 0 where no zones are set.",
                () -> silentZones(members.get()),
                "ring",
                ring);
        metrics.gauge(
                "engram_ring_age_seconds",
                "How old what is known of a ring may be: since when the store is away; 0 while it is connected.",
                () -> view.ageMs() / 1000.0,
                "ring",
                ring);
        metrics.gauge(
                "engram_ring_connected",
                "Whether the store that a ring is kept in is connected.",
                () -> view.connected() ? 1 : 0,
                "ring",
                ring);
        metrics.gauge(
                "engram_ring_tokens_owned_ratio",
                "The share of its zone's tokens that this instance owns; 0 where it is not on the ring.",
                () -> view.ring().ownership(self),
                "ring",
                ring);
    }

    private static boolean isSilent(InstanceStatus status) {
        return status.silentMs() > 0;
    }

    private static int silentZones(List<InstanceStatus> members) {
        Set<String> silent = new HashSet<>();
        Set<String> heard = new HashSet<>(Set.of("")); // whoever names no zone is in none
        for (InstanceStatus member : members) {
            (isSilent(member) ? silent : heard).add(member.instance().zone());
        }
        silent.removeAll(heard);
        return silent.size();
    }
}
