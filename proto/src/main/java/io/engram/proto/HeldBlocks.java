package io.engram.proto;

import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import java.util.Set;

/** Says which blocks an ingester has all samples of, so that a query need not ask for them twice. Safe for many threads. */
@FunctionalInterface
public interface HeldBlocks {
    /**
     * Blocks of which every sample is found by selects that begin within the next minutes: longer than any query takes.
     * Asked before the select.
     */
    Set<BlockId> held(TenantId tenant);
}
