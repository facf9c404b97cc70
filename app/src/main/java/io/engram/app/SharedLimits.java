package io.engram.app;

import io.engram.model.TenantId;
import io.engram.model.limits.Limits;
import io.engram.model.limits.LocalShare;
import io.engram.model.limits.TenantLimits;
import io.engram.ring.Instance;
import io.engram.ring.Ring;
import java.util.function.BiFunction;
import java.util.function.Supplier;

/** Limits of which this ingester enforces what falls to it of all that take the tenant's series. */
record SharedLimits(
        TenantLimits limits, Supplier<Ring> ring, BiFunction<Ring, TenantId, Ring> shard, int replicationFactor)
        implements TenantLimits {
    @Override
    public Limits of(TenantId tenant) {
        return limits.of(tenant);
    }

    @Override
    public LocalShare share(TenantId tenant) {
        long takers = shard.apply(ring.get(), tenant).instances().stream()
                .filter(Instance::takesWrites)
                .count();
        return takers == 0 ? LocalShare.WHOLE : new LocalShare(replicationFactor, (int) takers);
    }
}
