package io.engram.tsdb.head;

import io.engram.tsdb.slab.BlockSlab;
import java.util.Arrays;

/**
 * Has the blocks of some open chunks brought into the processor's cache before each of the chunks is worked on.
 *
 * <p>A chunk lies in some twenty blocks anywhere in memory, of which one tells where the one before it is: going through
 * one chain waits for each. Going one block back in all chains at a time, the processor waits for a dozen at once. For
 * one thread, which holds the locks of those chunks' stripes.
 */
final class ChainWalk {
    private final BlockSlab slab;
    private int[] block = new int[16];
    private int[] first = new int[16];
    private int count;
    private long touched; // nobody asks; the reads would be left out without it

    ChainWalk(BlockSlab slab) {
        this.slab = slab;
    }

    /** The chain is wanted that a record has in the word {@link SeriesRecord#BLOCKS}, which may be none. */
    void add(long blocks) {
        int last = (int) blocks;
        if (last == BlockSlab.NONE) {
            return;
        }
        if (count == block.length) {
            block = Arrays.copyOf(block, 2 * count);
            first = Arrays.copyOf(first, 2 * count);
        }
        first[count] = (int) (blocks >>> 32);
        block[count++] = last;
    }

    /** Reads all that was added since the last call. */
    void read() {
        int left = count;
        while (left > 0) {
            int walking = left;
            left = 0;
            for (int k = 0; k < walking; k++) {
                if (block[k] == first[k]) {
                    touched += slab.page(first[k])[BlockSlab.offset(first[k])];
                } else {
                    first[left] = first[k];
                    block[left++] = slab.before(block[k]);
                }
            }
        }
        count = 0;
    }
}
