package io.engram.tsdb.head;

import static io.engram.tsdb.head.SeriesRecord.BLOCKS;
import static io.engram.tsdb.head.SeriesRecord.LAST_MS;
import static io.engram.tsdb.head.SeriesRecord.LINK;
import static io.engram.tsdb.head.SeriesRecord.REMAINING_MASK;

import io.engram.tsdb.slab.BlockSlab;
import io.engram.tsdb.slab.RecordSlab;

/**
 * Reads the open chunks that are about to be sealed: series with one interval come to the end of their cells together, so
 * where one of a batch is sealed the next ones are too. For one thread.
 */
final class SealAhead {
    private final ChainWalk chains;

    SealAhead(BlockSlab slab) {
        this.chains = new ChainWalk(slab);
    }

    /**
     * Reads the chunks of the series found at the places {@code from} to {@code to} that end before {@code timeMs}. The
     * caller holds their stripe.
     */
    void read(SeriesRecords records, SeriesFinder found, int from, int to, long timeMs) {
        for (int place = from; place < to; place++) {
            int number = found.number(place);
            if (number >= 0) {
                int extent = records.extent(number);
                long[] page = records.page(extent);
                int at = RecordSlab.offset(extent, number);
                if (timeMs - page[at + LAST_MS] >= (page[at + LINK] & REMAINING_MASK)) {
                    chains.add(page[at + BLOCKS]);
                }
            }
        }
        chains.read();
    }
}
