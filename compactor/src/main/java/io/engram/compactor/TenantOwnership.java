package io.engram.compactor;

import io.engram.model.TenantId;

/**
 * Which tenants are this process's to compact. Two that both say yes for a while look at the same tenants, and claims
 * keep them from doing the same jobs; a
 * tenant that nobody owns is not compacted.
 */
@FunctionalInterface
public interface TenantOwnership {
    /** Of a process that is alone. */
    TenantOwnership ALL = _ -> true;

    /** Asked before each pass and each job. */
    boolean owns(TenantId tenant);
}
