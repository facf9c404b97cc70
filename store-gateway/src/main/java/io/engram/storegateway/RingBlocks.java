package io.engram.storegateway;

import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.ring.Instance;
import io.engram.ring.KeyTokens;
import io.engram.ring.Ring;
import java.util.function.Supplier;

/**
 * The blocks whose replication set on the ring of store-gateways this process is in, or will be in when it has joined. While
 * the ring has nobody, all: queries that are not asked of anybody need no headers, and the first to join has them.
 */
public final class RingBlocks implements BlockOwnership {
    private final Supplier<Ring> ring;
    private final int replicationFactor;
    private final String self;
    private volatile Seen seen = new Seen(Ring.EMPTY, Ring.EMPTY);

    /** A ring, and what becomes of it when this process is active. */
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
        var owners =
                joined().owners(KeyTokens.ofBlock(block), replicationFactor).instances();
        return owners.isEmpty() || owners.stream().anyMatch(owner -> owner.id().equals(self));
    }

    private Ring joined() {
        Ring now = ring.get();
        Seen last = seen;
        if (last.ring != now) {
            last = new Seen(now, now.whenActive(self));
            seen = last;
        }
        return last.joined;
    }

    /** Who may own blocks; who is healthy does not matter. */
    @Override
    public Object basis() {
        return joined().instances().stream()
                .filter(Instance::takesWrites)
                .map(Instance::id)
                .toList();
    }
}
