package io.engram.tsdb.slab;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;

final class BlockSlabTest {
    @Test
    void peekReadsWhatABlockHoldsAndNothingWhereThereIsNone() {
        var slab = new BlockSlab();
        assertEquals(0, slab.peek(BlockSlab.NONE)); // before the first page
        int block = slab.allocate(3);
        slab.page(block)[BlockSlab.offset(block)] = 42;

        assertEquals(42, slab.peek(block));
        assertEquals(0, slab.peek(BlockSlab.NONE));
        assertEquals(0, slab.peek(block + (1 << 20))); // in a page that is not there
        assertEquals(0, slab.peek(-1));
    }
}
