package io.engram.storegateway;

import io.engram.model.TenantId;
import io.engram.model.block.BlockId;

/** Which blocks this process makes index-headers of ahead of queries. Asked at every sync; safe for all threads. */
@FunctionalInterface
public interface BlockOwnership {
    /** One process has all of them. */
    BlockOwnership ALL = (_, _) -> true;

    boolean owns(TenantId tenant, BlockId block);

    /** Whether this process has its place among those that own blocks: until then, nothing of its own is another's for good. */
    default boolean hasPlace() {
        return true;
    }

    /** What the answers rest on: as long as it is equal they stay the same. */
    default Object basis() {
        return "";
    }
}
