package io.engram.storegateway;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.testing.Seeds;
import io.engram.ring.Instance;
import io.engram.ring.Ring;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

final class RingBlocksTest {
    private static final TenantId TENANT = new TenantId("a");

    private static List<Instance> gateways(SplittableRandom random, int count, Instance.State state) {
        List<Instance> members = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            List<Integer> tokens = random.ints(16).boxed().toList();
            members.add(new Instance("gateway-" + i, "", "", state, tokens));
        }
        return members;
    }

    @Test
    void everyBlockHasAsManyOwnersAsCopiesAreWanted() {
        var random = Seeds.random();
        List<Instance> members = gateways(random, 5, Instance.State.ACTIVE);
        members.set(4, members.get(4).withState(Instance.State.LEAVING));
        Ring ring = Ring.of(members);
        for (int b = 0; b < 100; b++) {
            BlockId block = BlockId.create(1000 + b, random);
            List<String> owners = members.stream()
                    .map(Instance::id)
                    .filter(id -> new RingBlocks(() -> ring, 2, id).owns(TENANT, block))
                    .toList();
            assertEquals(2, owners.size(), block + " belongs to " + owners);
            assertTrue(!owners.contains("gateway-4"), "who leaves makes no more headers");
        }
    }

    @Test
    void whoeverJoinsOwnsWhatItWillOwnWhenItIsActive() {
        var random = Seeds.random();
        List<Instance> members = gateways(random, 3, Instance.State.ACTIVE);
        Ring active = Ring.of(members);
        members.set(0, members.get(0).withState(Instance.State.JOINING));
        Ring joining = Ring.of(members);
        RingBlocks then = new RingBlocks(() -> active, 1, "gateway-0");
        RingBlocks now = new RingBlocks(() -> joining, 1, "gateway-0");
        members.remove(2);
        Ring fewer = Ring.of(members);
        assertEquals(then.basis(), now.basis());
        assertNotEquals(then.basis(), new RingBlocks(() -> fewer, 1, "gateway-0").basis());
        assertTrue(now.hasPlace());
        int owned = 0;
        for (int b = 0; b < 100; b++) {
            BlockId block = BlockId.create(1000 + b, random);
            assertEquals(then.owns(TENANT, block), now.owns(TENANT, block));
            owned += now.owns(TENANT, block) ? 1 : 0;
        }
        assertTrue(owned > 0, "some are its own");
    }

    /** All pods of a cluster at once: none of them may think that it is alone. */
    @Test
    void thoseThatJoinTogetherShareTheBlocks() {
        var random = Seeds.random();
        List<Instance> members = gateways(random, 3, Instance.State.JOINING);
        Ring ring = Ring.of(members);
        for (int b = 0; b < 100; b++) {
            BlockId block = BlockId.create(1000 + b, random);
            assertEquals(
                    1,
                    members.stream()
                            .filter(member -> new RingBlocks(() -> ring, 1, member.id()).owns(TENANT, block))
                            .count());
        }
    }

    @Test
    void whoIsNotOnTheRingOwnsNothingAndLosesNothing() {
        RingBlocks alone = new RingBlocks(() -> Ring.EMPTY, 2, "gateway-0");
        assertFalse(alone.owns(TENANT, BlockId.of(1, 1, 1)));
        assertFalse(alone.hasPlace());
    }
}
