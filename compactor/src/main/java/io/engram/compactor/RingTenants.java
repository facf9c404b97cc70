package io.engram.compactor;

import io.engram.model.TenantId;
import io.engram.ring.Instance;
import io.engram.ring.KeyTokens;
import io.engram.ring.Ring;
import java.util.List;
import java.util.function.Supplier;

/**
 * The tenants that belong to this process on the ring of compactors: each to one, the first that was heard from of those
 * clockwise from its token. One that dies is passed over by the others as soon as they know.
 */
public final class RingTenants implements TenantOwnership {
    private final Supplier<Ring> ring;
    private final String self;

    /**
     * @param ring the newest
     * @param self this process's id on it
     */
    public RingTenants(Supplier<Ring> ring, String self) {
        this.ring = ring;
        this.self = self;
    }

    @Override
    public boolean owns(TenantId tenant) {
        Ring now = ring.get();
        // So many that every zone may be in the set whole: whom to pass over is decided here.
        int all = now.instances().size() * now.zoneCount();
        List<Instance> clockwise = now.owners(KeyTokens.ofTenant(tenant), all).instances();
        return clockwise.stream()
                .filter(Instance::healthy)
                .findFirst()
                .map(owner -> owner.id().equals(self))
                .orElse(false);
    }
}
