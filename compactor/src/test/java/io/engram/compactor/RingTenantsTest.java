package io.engram.compactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.engram.model.TenantId;
import io.engram.model.testing.Seeds;
import io.engram.ring.Instance;
import io.engram.ring.Ring;
import java.util.ArrayList;
import java.util.List;
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
    void nobodyOwnsATenantOfAnEmptyRing() {
        assertFalse(new RingTenants(() -> Ring.EMPTY, "c1").owns(new TenantId("a")));
    }
}
