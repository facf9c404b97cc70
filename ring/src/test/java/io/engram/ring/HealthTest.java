package io.engram.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.engram.model.testing.Seeds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class HealthTest {
    private static final long GRACE_MS = 12_000;
    private static final RingState.Times CALLED = new RingState.Times(GRACE_MS, 0, true);
    private static final RingState.Times NOT_CALLED = new RingState.Times(GRACE_MS, 0, false);

    @Test
    void aHeartbeatMustBeGoneForTheGraceAndOneThatComesBackIsHealthyAtOnce() {
        List<Instance> members = members(3, 3);
        Set<String> alive = Set.of("i0", "i1");
        Health health = Health.UNKNOWN.next(members, alive, true, 1000, CALLED);
        health = health.next(members, alive, true, 12_999, CALLED);
        assertEquals(Set.of(), health.unhealthy());
        health = health.next(members, alive, true, 13_000, CALLED);
        assertEquals(Set.of("i2"), health.unhealthy());
        assertEquals(1000, health.missingSinceMs().get("i2"));
        health = health.next(members, Set.of("i0", "i1", "i2"), true, 13_001, CALLED);
        assertEquals(Set.of(), health.unhealthy());
    }

    @Test
    void whileTheStoreIsAwayNobodyBecomesUnhealthyAndTheDeadStayDead() {
        List<Instance> members = members(6, 3);
        Set<String> alive = Set.of("i0", "i1", "i2", "i3", "i4");
        Health health =
                Health.UNKNOWN.next(members, alive, true, 0, CALLED).next(members, alive, true, GRACE_MS, CALLED);
        assertEquals(Set.of("i5"), health.unhealthy());
        Set<String> fewer = Set.of("i0", "i1", "i3", "i4");
        health = health.next(members, fewer, true, GRACE_MS + 1, CALLED);
        health = health.next(members, fewer, false, 10 * GRACE_MS, CALLED);
        assertEquals(Set.of("i5"), health.unhealthy());
        health = health.next(members, fewer, true, 11 * GRACE_MS - 1, CALLED);
        assertEquals(Set.of("i5"), health.unhealthy(), "the grace begins anew");
        health = health.next(members, fewer, true, 11 * GRACE_MS, CALLED);
        assertEquals(Set.of("i2", "i5"), health.unhealthy());
    }

    @Test
    void aWholeZoneMayBeUnhealthy() {
        List<Instance> members = members(9, 3);
        Set<String> alive = members.stream()
                .filter(instance -> !instance.zone().equals("zone-1"))
                .map(Instance::id)
                .collect(Collectors.toSet());
        Health health =
                Health.UNKNOWN.next(members, alive, true, 0, CALLED).next(members, alive, true, GRACE_MS, CALLED);
        assertEquals(3, health.unhealthy().size());
    }

    @Test
    void massVanishingMarksNobody() {
        Seeds.check(2000, random -> {
            int zones = random.nextBoolean() ? 1 : 3;
            int count = zones * random.nextInt(2, 8);
            List<Instance> members = members(count, zones);
            int gone =
                    zones == 1 ? random.nextInt(Math.max(2, count / 3 + 1), count + 1) : random.nextInt(2, count + 1);
            // i0 and i1 are of different zones where there are zones.
            Set<String> alive = new HashSet<>();
            members.forEach(instance -> alive.add(instance.id()));
            Health health = Health.UNKNOWN.next(members, alive, true, 0, CALLED);
            long nowMs = 0;
            for (int i = 0; i < gone; i++) {
                nowMs += random.nextLong(GRACE_MS / count);
                alive.remove("i" + i);
                health = health.next(members, alive, true, nowMs, CALLED);
            }
            for (int tick = 0; tick < 100; tick++) {
                nowMs += random.nextLong(GRACE_MS);
                health = health.next(members, alive, true, nowMs, CALLED);
                assertEquals(Set.of(), health.unhealthy());
            }
            // All but one are back: that one is dead.
            members.stream().skip(1).forEach(instance -> alive.add(instance.id()));
            health = health.next(members, alive, true, nowMs, CALLED);
            assertEquals(nowMs >= GRACE_MS * 2 ? Set.of("i0") : health.unhealthy(), health.unhealthy());
        });
    }

    @Test
    void whereNobodyCallsThemAllThatVanishAreUnhealthy() {
        List<Instance> members = members(4, 2);
        Set<String> alive = Set.of("i2", "i3"); // one of each zone
        Health health = Health.UNKNOWN.next(members, alive, true, 0, NOT_CALLED);
        health = health.next(members, alive, false, GRACE_MS, NOT_CALLED);
        assertEquals(Set.of(), health.unhealthy(), "nothing is known while the store is away");
        health = health.next(members, alive, true, 2 * GRACE_MS - 1, NOT_CALLED);
        assertEquals(Set.of(), health.unhealthy());
        assertEquals(
                Set.of(),
                health.next(members, alive, true, 2 * GRACE_MS, CALLED).unhealthy());
        assertEquals(
                Set.of("i0", "i1"),
                health.next(members, alive, true, 2 * GRACE_MS, NOT_CALLED).unhealthy());
    }

    private static List<Instance> members(int count, int zones) {
        List<Instance> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            members.add(new Instance("i" + i, "", "zone-" + i % zones, Instance.State.ACTIVE, List.of(i)));
        }
        return members;
    }
}
