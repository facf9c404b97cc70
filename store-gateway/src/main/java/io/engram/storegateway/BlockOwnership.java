package io.engram.storegateway;

import io.engram.model.TenantId;
import io.engram.model.block.BlockId;

/** Which blocks this process makes index-headers of ahead of queries. Asked at every sync; safe for all threads. */
@FunctionalInterface
public interface BlockOwnership {
    /** One process has all of them. */
    BlockOwnership ALL = (_, _) -> true;

    boolean owns(TenantId tenant, BlockId block);

    /** What the answers rest on: as long as it is equal they stay the same. */
    default Object basis() {
        return "";
    }
}
