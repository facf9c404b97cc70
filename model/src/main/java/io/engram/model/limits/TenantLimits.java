package io.engram.model.limits;

import io.engram.model.TenantId;

/** The limits that hold for a tenant right now. */
@FunctionalInterface
public interface TenantLimits {
    Limits of(TenantId tenant);

    /** What of those limits that count for the whole cluster this instance enforces now. */
    default LocalShare share(TenantId tenant) {
        return LocalShare.WHOLE;
    }
}
