package io.engram.app;

import io.engram.model.TenantId;
import io.engram.model.limits.TenantLimits;
import io.engram.ring.Ring;
import java.util.function.BiFunction;

/** The part of the ring that a tenant's series are spread over: {@code limits.ingestion-tenant-shard-size} instances. */
record ShardRule(TenantLimits limits) implements BiFunction<Ring, TenantId, Ring> {
    @Override
    public Ring apply(Ring ring, TenantId tenant) {
        int size = limits.of(tenant).ingestionTenantShardSize();
        return size == 0 ? ring : ring.shard(tenant.value(), size);
    }
}
