package io.engram.storegateway;

import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.ring.Instance;
import io.engram.ring.KeyTokens;
import io.engram.ring.Ring;
import java.util.List;
import java.util.function.Supplier;

/**
 * The blocks whose replication set on the ring of store-gateways this process is in, or will be in when all have joined that
 * are about to.
 */
public final class RingBlocks implements BlockOwnership {
    private final Supplier<Ring> ring;
    private final int replicationFactor;
    private final String self;
    private volatile Seen seen = new Seen(Ring.EMPTY, Ring.EMPTY);

    /** A ring, and what becomes of it when all have joined. */
    private record Seen(Ring ring, Ring joined) {}

    /**
     * @param ring the newest
     * @param replicationFactor how many have each block
     * @param self this process's id on it
     */
    public RingBlocks(Supplier<Ring> ring, int replicationFactor, String self) {
        this.ring = ring;
        this.replicationFactor = replicationFactor;
        this.self = self;
    }

    @Override
    public boolean owns(TenantId tenant, BlockId block) {
        return joined().owners(KeyTokens.ofBlock(block), replicationFactor).instances().stream()
                .anyMatch(owner -> owner.id().equals(self));
    }

    private Ring joined() {
        Ring now = ring.get();
        Seen last = seen;
        if (last.ring != now) {
            last = new Seen(now, now.whenJoined());
            seen = last;
        }
        return last.joined;
    }

    @Override
    public boolean hasPlace() {
        return joined().instances().stream()
                .anyMatch(instance -> instance.id().equals(self) && instance.state() == Instance.State.ACTIVE);
    }

    /** Who may own blocks, and where; who is healthy does not matter. */
    @Override
    public Object basis() {
        Ring now = joined();
        return new Basis(
                now.zoneCount(),
                now.instances().stream()
                        .filter(Instance::takesWrites)
                        .map(owner -> new Owner(owner.id(), owner.zone(), owner.tokens()))
                        .toList());
    }

    private record Basis(int zones, List<Owner> owners) {}

    private record Owner(String id, String zone, List<Integer> tokens) {}
}
