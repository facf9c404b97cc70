package io.engram.tsdb.head;

import static io.engram.tsdb.head.SeriesRecord.FINGERPRINT_HI;
import static io.engram.tsdb.head.SeriesRecord.FINGERPRINT_LO;
import static io.engram.tsdb.head.SeriesRecord.HAS_REPLICA;
import static io.engram.tsdb.head.SeriesRecord.LAST_MS;
import static io.engram.tsdb.head.SeriesRecord.LIVE;
import static io.engram.tsdb.head.SeriesRecord.REPLICA;
import static io.engram.tsdb.head.SeriesRecord.SEEN_EMPTY;
import static io.engram.tsdb.head.SeriesRecord.STATE;
import static io.engram.tsdb.head.SeriesRecord.UNANNOUNCED;

import io.engram.tsdb.slab.RecordSlab;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.roaringbitmap.RoaringBitmap;

/** Takes series out of a head that have no samples any more. One at a time per head. */
final class SeriesRemoval {
    private final TenantHead head;
    private final SeriesBudget budget;
    private final OpenChunk chunk;

    SeriesRemoval(TenantHead head, SeriesBudget budget) {
        this.head = head;
        this.budget = budget;
        this.chunk = new OpenChunk(head.memory().blocks());
    }

    /** Removes the series whose newest sample is older than {@code cutMs}. Returns how many. */
    int removeBefore(long cutMs) {
        return remove(stripe -> before(stripe, cutMs));
    }

    /** The same, but for stripes that have got samples since which are in no block yet. */
    int removeReleased(long cutMs) {
        return remove(stripe -> stripe.sinceBlocksMs < cutMs ? new RoaringBitmap() : before(stripe, cutMs));
    }

    private RoaringBitmap before(Stripe stripe, long cutMs) {
        RoaringBitmap found = new RoaringBitmap();
        forEachAnnounced(stripe, (series, page, at) -> {
            // A series without samples may have just been created, and be about to get some.
            if (page[at + LAST_MS] != Long.MIN_VALUE && page[at + LAST_MS] < cutMs) {
                found.add(series);
            }
        });
        return found;
    }

    /**
     * Removes the series that had no sample at the last call already: all of theirs were refused. Those that are seen
     * without one for the first time are marked, and noted at the head, so that there is a next call.
     */
    int removeEmpty() {
        return remove(stripe -> {
            RoaringBitmap found = new RoaringBitmap();
            forEachAnnounced(stripe, (series, page, at) -> {
                if (page[at + LAST_MS] == Long.MIN_VALUE) {
                    if ((page[at + STATE] & SEEN_EMPTY) != 0) {
                        found.add(series);
                    } else {
                        page[at + STATE] |= SEEN_EMPTY;
                        head.noteEmptySeries();
                    }
                }
            });
            return found;
        });
    }

    private int remove(Function<Stripe, RoaringBitmap> choice) {
        RoaringBitmap dead = new RoaringBitmap();
        head.indexLock().lock();
        try {
            for (int s = 0; s < Stripe.COUNT; s++) {
                Stripe stripe = head.stripe(s);
                stripe.lock.lock();
                try {
                    RoaringBitmap found = choice.apply(stripe);
                    found.forEach((int series) -> take(stripe, series));
                    dead.or(found);
                } finally {
                    stripe.lock.unlock();
                }
            }
            finish(dead);
        } finally {
            head.indexLock().unlock();
        }
        return dead.getCardinality();
    }

    private interface RecordVisitor {
        void visit(int series, long[] page, int at);
    }

    private void forEachAnnounced(Stripe stripe, RecordVisitor visitor) {
        for (int slot = 0; slot < stripe.table.slotCount(); slot++) {
            int series = stripe.table.seriesAt(slot);
            if (series >= 0) {
                int extent = head.records().extent(series);
                long[] page = head.records().page(extent);
                int at = RecordSlab.offset(extent, series);
                if ((page[at + STATE] & UNANNOUNCED) == 0) {
                    visitor.visit(series, page, at);
                }
            }
        }
    }

    /** Removes a series in favour of one with the same labels, which keep their ids. */
    void replace(int series, Runnable addOther) {
        int extent = head.records().extent(series);
        long hi = head.records().page(extent)[RecordSlab.offset(extent, series) + FINGERPRINT_HI];
        Stripe stripe = head.stripe(Stripe.of(hi));
        head.indexLock().lock();
        try {
            stripe.lock.lock();
            try {
                take(stripe, series);
            } finally {
                stripe.lock.unlock();
            }
            addOther.run();
            finish(RoaringBitmap.bitmapOf(series));
        } finally {
            head.indexLock().unlock();
        }
    }

    private void take(Stripe stripe, int series) {
        int extent = head.records().extent(series);
        long[] page = head.records().page(extent);
        int at = RecordSlab.offset(extent, series);
        stripe.table.remove(head.findSlot(stripe, page[at + FINGERPRINT_HI], page[at + FINGERPRINT_LO]));
        chunk.load(page, at, stripe.number);
        stripe.openChunks -= chunk.count() > 0 ? 1 : 0;
        chunk.release();
        chunk.store(page, at);
        if ((page[at + STATE] & SideKind.ANY) != 0) {
            takeSides(stripe, series, page[at + STATE]);
        }
        if ((page[at + STATE] & HAS_REPLICA) != 0) {
            head.replicas().removed((int) page[at + REPLICA]);
        }
        page[at + STATE] &= ~LIVE;
        stripe.blocks += chunk.blocksTaken;
        chunk.blocksTaken = 0;
    }

    private void takeSides(Stripe stripe, int series, long state) {
        stripe.side.remove(series);
        if (SideKind.anyWide(state)) {
            Stripe wide = head.wide();
            wide.lock.lock();
            try {
                wide.side.remove(series);
            } finally {
                wide.lock.unlock();
            }
        }
    }

    private void finish(RoaringBitmap dead) {
        if (dead.isEmpty()) {
            return;
        }
        List<Integer> emptied = new ArrayList<>();
        dead.forEach((int series) -> {
            if (head.records().remove(series)) {
                emptied.add(series);
            }
        });
        if (!emptied.isEmpty()) {
            head.lockStripes();
            try {
                emptied.forEach(head.records()::free);
            } finally {
                head.unlockStripes();
            }
        }
        head.index().removeSeries(dead);
        head.noteRemoved(dead.getCardinality());
        head.admission().removed();
        head.account(budget);
        budget.give(dead.getCardinality());
    }
}
