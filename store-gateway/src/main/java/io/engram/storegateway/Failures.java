package io.engram.storegateway;

import io.engram.model.TenantId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.tsdb.block.CorruptBlock;

/** What a query fails with. */
final class Failures {
    private Failures() {}

    /** The message of {@code damage} names block, file, offset, what was expected and what was found. */
    static Failure damaged(TenantId tenant, CorruptBlock damage) {
        return new Failure(ErrorId.BLOCK_DAMAGED, "tenant " + tenant.value() + ": " + damage.getMessage(), damage);
    }

    /** The block was there when the query began; its chunks cannot be left out silently. */
    static Failure goneMeanwhile(BlockGone gone) {
        return new Failure(ErrorId.BLOCK_UNAVAILABLE, gone.getMessage() + "; it was deleted while the query ran", gone);
    }
}
