package io.engram.tsdb.head;

import static io.engram.tsdb.head.SeriesRecord.COUNT_SHIFT;
import static io.engram.tsdb.head.SeriesRecord.FINGERPRINT_LO;
import static io.engram.tsdb.head.SeriesRecord.LAST_MS;
import static io.engram.tsdb.head.SeriesRecord.STATE;

import io.engram.tsdb.slab.RecordSlab;

/** Seals the open chunks of series that have got no sample for long: their blocks are of more use elsewhere. */
final class IdleSealing {
    /** Slots that are looked at under one hold of a stripe's lock. */
    private static final int BATCH = 512;

    private final TenantHead head;
    private final OpenChunk chunk;
    private final ChunkSealer sealer = new ChunkSealer();

    IdleSealing(TenantHead head) {
        this.head = head;
        this.chunk = new OpenChunk(head.memory().blocks());
    }

    /** Seals the open chunks whose last sample is older than {@code beforeMs}. Returns how many. */
    int sealBefore(long beforeMs) {
        return sealBefore(beforeMs, 1);
    }

    /** Those of them that have at least so many samples. */
    int sealBefore(long beforeMs, int minSamples) {
        int sealed = 0;
        for (int s = 0; s < Stripe.COUNT; s++) {
            Stripe stripe = head.stripe(s);
            for (int from = 0; ; from += BATCH) {
                stripe.lock.lock();
                try {
                    // A table that has grown meanwhile is looked at again soon.
                    if (from >= stripe.table.slotCount()) {
                        break;
                    }
                    sealed += seal(stripe, from, beforeMs, minSamples);
                } finally {
                    stripe.lock.unlock();
                }
            }
        }
        return sealed;
    }

    private int seal(Stripe stripe, int from, long beforeMs, int minSamples) {
        int sealed = 0;
        int to = Math.min(stripe.table.slotCount(), from + BATCH);
        for (int slot = from; slot < to; slot++) {
            int series = stripe.table.seriesAt(slot);
            if (series >= 0) {
                int extent = head.records().extent(series);
                long[] page = head.records().page(extent);
                int at = RecordSlab.offset(extent, series);
                if (page[at + LAST_MS] < beforeMs && (page[at + STATE] & SideKind.ANY) != 0) {
                    stripe.side.seal(series, page[at + FINGERPRINT_LO]);
                }
                if (page[at + LAST_MS] < beforeMs && (page[at + STATE] >>> COUNT_SHIFT & 0x7F) >= minSamples) {
                    chunk.load(page, at, stripe.number);
                    sealer.seal(head.chunks(), chunk, series, page[at + FINGERPRINT_LO]);
                    chunk.store(page, at);
                    stripe.openChunks--;
                    stripe.sealedChunks++;
                    stripe.blocks += chunk.blocksTaken;
                    chunk.blocksTaken = 0;
                    sealed++;
                }
            }
        }
        return sealed;
    }
}
