package io.engram.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.testing.Seeds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class RingTest {
    @Test
    void theTableOfSetsAgreesWithTheRing() {
        SplittableRandom random = new SplittableRandom(7);
        List<Instance> members = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            members.add(joined("i" + i, "zone-" + i % 3, members));
        }
        members.set(4, members.get(4).withHealthy(false));
        members.set(5, members.get(5).withReadOnly(true));
        Ring ring = Ring.of(members);
        Replicas table = ring.replicas(3);
        for (int i = 0; i < 1000; i++) {
            int token = random.nextInt();
            assertEquals(
                    Set.copyOf(ring.owners(token, 3).instances()),
                    Set.copyOf(table.set(table.setOf(token)).instances()));
        }
        assertEquals(
                0,
                Ring.EMPTY
                        .replicas(3)
                        .set(Ring.EMPTY.replicas(3).setOf(7))
                        .instances()
                        .size());
    }

    @Test
    void aTokenBelongsToTheFirstAtOrAboveIt() {
        Ring ring = Ring.of(List.of(instance("a", "", 100, 0x80000000), instance("b", "", 200, 0xFFFFFFF0)));
        assertEquals("a", ownerOf(ring, 100));
        assertEquals("b", ownerOf(ring, 101));
        assertEquals("a", ownerOf(ring, 0x7FFFFFFF));
        assertEquals("b", ownerOf(ring, 0x80000001));
        assertEquals("a", ownerOf(ring, 0xFFFFFFF1), "behind the last token it begins anew");
    }

    @Test
    void ownersAreDistinctActiveAndOfDifferentZones() {
        Seeds.check(50, random -> {
            List<Instance> instances = new ArrayList<>();
            int count = random.nextInt(3, 12);
            for (int i = 0; i < count; i++) {
                instances.add(joined("i" + i, "zone-" + i % 3, instances));
            }
            Ring ring = Ring.of(instances);
            for (int i = 0; i < 100; i++) {
                ReplicationSet set = ring.owners(random.nextInt(), 3);
                assertEquals(3, new HashSet<>(set.instances()).size());
                assertEquals(
                        3,
                        set.instances().stream()
                                .map(Instance::zone)
                                .collect(Collectors.toSet())
                                .size());
                assertEquals(2, set.quorum());
            }
        });
    }

    @Test
    void whoIsNotActiveIsPassedOver() {
        List<Instance> instances = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            instances.add(joined("i" + i, "", instances));
        }
        instances.set(1, instances.get(1).withState(Instance.State.JOINING));
        instances.set(2, instances.get(2).withState(Instance.State.LEAVING));
        Ring ring = Ring.of(instances);
        Seeds.check(200, random -> {
            List<Instance> set = ring.owners(random.nextInt(), 3).instances();
            assertEquals(3, set.size());
            assertTrue(set.stream().allMatch(instance -> instance.state() == Instance.State.ACTIVE));
        });
    }

    /** One that comes back is JOINING for a moment, and may have what only one other has. */
    @Test
    void whoeverMayHoldSamplesIsAReader() {
        List<Instance> instances = new ArrayList<>();
        for (Instance.State state : Instance.State.values()) {
            instances.add(instance(state.name(), "", instances.size()).withState(state));
        }
        assertEquals(
                List.of("ACTIVE", "JOINING", "LEAVING"),
                Ring.of(instances).readers().stream().map(Instance::id).sorted().toList());
    }

    @Test
    void aRingWithFewerInstancesThanCopiesGivesThoseItHas() {
        assertEquals(0, Ring.EMPTY.owners(7, 3).instances().size());
        assertEquals(
                1,
                Ring.of(List.of(instance("a", "", 5))).owners(7, 3).instances().size());
    }

    @Test
    void onlyAnActiveInstanceAloneIsSoleOwner() {
        Instance a = instance("a", "", 5);
        assertEquals(a, Ring.of(List.of(a)).soleOwner());
        assertNull(Ring.of(List.of(a.withState(Instance.State.LEAVING))).soleOwner());
        assertNull(Ring.of(List.of(a, instance("b", "", 6))).soleOwner());
        assertNull(Ring.EMPTY.soleOwner());
    }

    private static Instance joined(String id, String zone, List<Instance> others) {
        return new Instance(id, "", zone, Instance.State.ACTIVE, Tokens.place(Ring.of(others), zone));
    }

    private static String ownerOf(Ring ring, int token) {
        return ring.owners(token, 1).instances().get(0).id();
    }

    private static Instance instance(String id, String zone, Integer... tokens) {
        return new Instance(id, "", zone, Instance.State.ACTIVE, List.of(tokens));
    }
}
