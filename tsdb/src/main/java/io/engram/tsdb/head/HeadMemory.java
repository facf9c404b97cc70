package io.engram.tsdb.head;

import io.engram.tsdb.slab.BlockSlab;
import io.engram.tsdb.slab.ByteSlab;
import io.engram.tsdb.slab.RecordSlab;
import java.util.Collection;

/** The slabs that all tenants of the process share, and how full they are. */
record HeadMemory(RecordSlab records, BlockSlab blocks, ByteSlab bytes, MemoryPressure pressure) {
    /** Without a limit. */
    HeadMemory() {
        this(Long.MAX_VALUE);
    }

    /** @param limitBytes that the heads may take */
    HeadMemory(long limitBytes) {
        this(new RecordSlab(), new BlockSlab(), new ByteSlab(), new MemoryPressure(limitBytes));
    }

    /** Adds up what is used now: slabs, and beside them the tables of all indexes and open histograms. */
    void measure(SeriesBudget budget, Collection<TenantHead> tenants) {
        long used = records.usedBytes() + blocks.usedBytes() + bytes.usedBytes() + budget.indexTableBytes();
        for (TenantHead head : tenants) {
            used += head.sideHeapBytes();
        }
        pressure.measured(used);
    }
}
