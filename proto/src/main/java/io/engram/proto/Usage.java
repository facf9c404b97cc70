package io.engram.proto;

import io.engram.model.TenantId;
import io.engram.model.limits.TenantUsage;

/** What tenants have of what their limits count, in this process or behind gRPC. Safe for many threads. */
public interface Usage {
    TenantUsage usage(TenantId tenant);

    /** How many series of the tenant have this metric name. */
    long seriesOfMetric(TenantId tenant, String metric);
}
