package io.engram.storegateway;

import io.engram.model.TenantId;
import io.engram.model.block.BlockId;

/** A block of a tenant. */
record BlockKey(TenantId tenant, BlockId block) {
    /** The key in the bucket of one of its files. */
    String objectKey(String file) {
        return tenant.value() + "/" + block + "/" + file;
    }

    @Override
    public String toString() {
        return block + " of tenant " + tenant.value();
    }
}
