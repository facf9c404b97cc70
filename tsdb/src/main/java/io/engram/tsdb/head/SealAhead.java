package io.engram.tsdb.head;

import static io.engram.tsdb.head.SeriesRecord.BLOCKS;
import static io.engram.tsdb.head.SeriesRecord.LAST_MS;
import static io.engram.tsdb.head.SeriesRecord.LINK;
import static io.engram.tsdb.head.SeriesRecord.REMAINING_MASK;

import io.engram.tsdb.slab.BlockSlab;
import io.engram.tsdb.slab.RecordSlab;

/**
 * Has the blocks of open chunks brought into the processor's cache before the chunks are sealed.
 *
 * <p>Series with one interval come to the end of their cells together, so where one of a batch is sealed the next ones
 * are too. Each waits for some twenty blocks, of which one tells where the next is; going one block back in all of them at a
 * time, the processor waits for a dozen at once. For one thread.
 */
final class SealAhead {
    private final BlockSlab slab;
    private int[] block = new int[0];
    private int[] first = new int[0];
    private long touched; // nobody asks; the reads would be left out without it

    SealAhead(BlockSlab slab) {
        this.slab = slab;
    }

    /**
     * Reads the chunks of the series found at the places {@code from} to {@code to} that end before {@code timeMs}. The
     * caller holds their stripe.
     */
    void read(SeriesRecords records, SeriesFinder found, int from, int to, long timeMs) {
        if (to - from > block.length) {
            block = new int[to - from];
            first = new int[to - from];
        }
        int count = 0;
        for (int place = from; place < to; place++) {
            int number = found.number(place);
            if (number >= 0) {
                int extent = records.extent(number);
                long[] page = records.page(extent);
                int at = RecordSlab.offset(extent, number);
                int last = (int) page[at + BLOCKS];
                if (last != BlockSlab.NONE && timeMs - page[at + LAST_MS] >= (page[at + LINK] & REMAINING_MASK)) {
                    block[count] = last;
                    first[count++] = (int) (page[at + BLOCKS] >>> 32);
                }
            }
        }
        walk(count);
    }

    private void walk(int count) {
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
    }
}
