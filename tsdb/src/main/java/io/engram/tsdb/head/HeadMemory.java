package io.engram.tsdb.head;

import io.engram.tsdb.slab.BlockSlab;
import io.engram.tsdb.slab.ByteSlab;
import io.engram.tsdb.slab.RecordSlab;

/** The slabs that all tenants of the process share. */
record HeadMemory(RecordSlab records, BlockSlab blocks, ByteSlab bytes) {
    HeadMemory() {
        this(new RecordSlab(), new BlockSlab(), new ByteSlab());
    }
}
