package io.engram.ring;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.testing.Seeds;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

final class TokensTest {
    /** Of a ring that grows and shrinks: the tolerance that the design allows is 5 %. */
    private static final double IN_ORDER = 0.02;

    @Test
    void aThousandInstancesAddedInOrderAndRemovedLastFirstOwnEqualParts() {
        growAndShrink(1000, "");
    }

    @Test
    void inEachOfThreeZonesTheyOwnEqualParts() {
        growAndShrink(300, "a", "b", "c");
    }

    @Test
    void zonesMayBeOfDifferentSizes() {
        growAndShrink(60, "a", "b", "b", "b", "c");
    }

    @Test
    void sharesStayNearWhenAnyInstanceGoesAndAnotherComes() {
        Seeds.check(30, random -> {
            Ring ring = Ring.EMPTY;
            int count = random.nextInt(3, 40);
            for (int i = 0; i < count; i++) {
                ring = with(ring, "i" + i, "");
            }
            for (int change = 0; change < 10; change++) {
                String gone = ring.instances().get(random.nextInt(count)).id();
                ring = with(ring.only(instance -> !instance.id().equals(gone)), "new" + change, "");
                assertShares(ring, 0.10);
            }
        });
    }

    @Test
    void clashingTokensMoveToFreeOnesAndTheOthersStay() {
        Instance other = new Instance("a", "", "", Instance.State.ACTIVE, List.of(5, 6, -1));
        assertEquals(List.of(7, 9, 0), Tokens.moved(List.of(5, 9, -1), Set.of(5, -1), List.of(other)));
        assertEquals(List.of(5, 9), Tokens.moved(List.of(5, 9), Set.of(), List.of(other)));
    }

    private static void growAndShrink(int most, String... zones) {
        Ring ring = Ring.EMPTY;
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < most; i++) {
            ids.add("i" + i);
            ring = with(ring, ids.getLast(), zones[i % zones.length]);
            if (isLookedAt(ids.size())) {
                assertShares(ring, IN_ORDER);
            }
        }
        Set<Integer> tokens = new HashSet<>();
        ring.instances().forEach(instance -> tokens.addAll(instance.tokens()));
        assertEquals(most * Tokens.PER_INSTANCE, tokens.size(), "no token is there twice");
        while (ids.size() > zones.length) {
            String last = ids.removeLast();
            ring = ring.only(instance -> !instance.id().equals(last));
            if (isLookedAt(ids.size())) {
                assertShares(ring, IN_ORDER);
            }
        }
    }

    /** All small rings, and every fortieth large one. */
    private static boolean isLookedAt(int count) {
        return count <= 64 || count % 40 == 0;
    }

    private static Ring with(Ring ring, String id, String zone) {
        return ring.with(new Instance(id, "", zone, Instance.State.ACTIVE, Tokens.place(ring, zone)));
    }

    /** Each owns as much of its zone as the others there. */
    private static void assertShares(Ring ring, double tolerance) {
        double[] shares = ring.ownerships();
        Map<String, Long> inZone =
                ring.instances().stream().collect(Collectors.groupingBy(Instance::zone, Collectors.counting()));
        for (int i = 0; i < shares.length; i++) {
            Instance instance = ring.instances().get(i);
            double ofFair = shares[i] * inZone.get(instance.zone());
            assertTrue(
                    Math.abs(ofFair - 1) <= tolerance,
                    () -> instance.id() + " in a ring of " + inZone + " owns " + ofFair + " of its fair share");
        }
    }
}
