package io.engram.storegateway;

import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.ring.KeyTokens;
import io.engram.ring.Ring;
import java.util.function.Supplier;

/**
 * The blocks whose replication set on the ring of store-gateways this process is in. While the ring has nobody, all: queries
 * that are not asked of anybody need no headers, and the first to join has them.
 */
public final class RingBlocks implements BlockOwnership {
    private final Supplier<Ring> ring;
    private final int replicationFactor;
    private final String self;

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
                ring.get().owners(KeyTokens.ofBlock(block), replicationFactor).instances();
        return owners.isEmpty() || owners.stream().anyMatch(owner -> owner.id().equals(self));
    }
}
