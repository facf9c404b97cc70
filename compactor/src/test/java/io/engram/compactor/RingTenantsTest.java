package io.engram.compactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.testing.Seeds;
import io.engram.ring.InProcessStore;
import io.engram.ring.Instance;
import io.engram.ring.ManualRingView;
import io.engram.ring.Ring;
import io.engram.ring.RingLifecycle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

final class RingTenantsTest {
    @Test
    void eachTenantBelongsToOneHealthyCompactor() {
        Seeds.check(30, random -> {
            List<Instance> members = new ArrayList<>();
            int healthy = 1 + random.nextInt(4);
            for (int i = 0; i < healthy + 2; i++) {
                List<Integer> tokens = random.ints(16).boxed().toList();
                members.add(new Instance("c" + i, "", "zone-" + i % 2, Instance.State.ACTIVE, tokens)
                        .withHealthy(i < healthy));
            }
            Ring ring = Ring.of(members);
            for (int t = 0; t < 50; t++) {
                TenantId tenant = new TenantId("tenant-" + t);
                List<String> owners = new ArrayList<>();
                for (Instance member : members) {
                    if (new RingTenants(() -> ring, member.id()).owns(tenant)) {
                        owners.add(member.id());
                        assertEquals(true, member.healthy());
                    }
                }
                assertEquals(1, owners.size(), tenant + " belongs to " + owners);
            }
        });
    }

    @Test
    void theTenantsOfTwoOfFourThatDiedTogetherAreTakenOver() {
        InProcessStore store = new InProcessStore();
        List<RingLifecycle> places = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            RingLifecycle place = new RingLifecycle(store, "compactor", "c" + i, "c" + i + ":1", "");
            place.join();
            place.activate();
            places.add(place);
        }
        try (ManualRingView view = new ManualRingView(store, "compactor", Duration.ofMinutes(15), false)) {
            List<TenantId> tenants = IntStream.range(0, 100)
                    .mapToObj(i -> new TenantId("tenant-" + i))
                    .toList();
            assertTrue(ownedBy(view, tenants, "c0", "c1") > 0);
            places.get(0).close();
            places.get(1).close();
            view.pass(0);
            view.pass(2 * store.sessionTimeoutMs() - 1);
            assertTrue(ownedBy(view, tenants, "c0", "c1") > 0, "they may come back yet");
            view.pass(1);
            assertEquals(100, ownedBy(view, tenants, "c2", "c3"));
            view.pass(Duration.ofMinutes(15).toMillis());
            assertEquals(
                    List.of("c2", "c3"),
                    view.ring().instances().stream().map(Instance::id).toList());
            assertEquals(100, ownedBy(view, tenants, "c2", "c3"));
        }
        places.forEach(RingLifecycle::close);
    }

    private static long ownedBy(ManualRingView view, List<TenantId> tenants, String... ids) {
        return tenants.stream()
                .filter(tenant -> Stream.of(ids).anyMatch(id -> new RingTenants(view::ring, id).owns(tenant)))
                .count();
    }

    @Test
    void nobodyOwnsATenantOfAnEmptyRing() {
        assertFalse(new RingTenants(() -> Ring.EMPTY, "c1").owns(new TenantId("a")));
    }
}
