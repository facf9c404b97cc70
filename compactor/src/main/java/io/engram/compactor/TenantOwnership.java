package io.engram.compactor;

import io.engram.model.TenantId;

/**
 * Which tenants are this process's to compact. Two that both say yes for a while do the same work twice and no harm; a
 * tenant that nobody owns is not compacted.
 */
@FunctionalInterface
public interface TenantOwnership {
    /** Of a process that is alone. */
    TenantOwnership ALL = _ -> true;

    /** Asked before each pass and each job. */
    boolean owns(TenantId tenant);
}
