package io.engram.tsdb.head;

import io.engram.tsdb.slab.BlockSlab;
import io.engram.tsdb.slab.ByteSlab;
import io.engram.tsdb.slab.RecordSlab;
import java.util.concurrent.atomic.LongAdder;

/**
 * The slabs that all tenants of the process share, and how full they are.
 *
 * @param histogramBytes that open chunks of histograms take, which are no part of the slabs
 */
record HeadMemory(
        RecordSlab records, BlockSlab blocks, ByteSlab bytes, LongAdder histogramBytes, MemoryPressure pressure) {
    /** @param limitBytes that the heads may take */
    HeadMemory(long limitBytes) {
        this(new RecordSlab(), new BlockSlab(), new ByteSlab(), new LongAdder(), new MemoryPressure(limitBytes));
    }

    /** Adds up what is used now: slabs, and the tables of all indexes and the histograms, which are no part of them. */
    void measure(SeriesBudget budget) {
        pressure.measured(records.usedBytes()
                + blocks.usedBytes()
                + bytes.usedBytes()
                + budget.indexTableBytes()
                + histogramBytes.sum());
    }
}
