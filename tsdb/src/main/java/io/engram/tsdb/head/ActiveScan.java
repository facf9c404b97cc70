package io.engram.tsdb.head;

import static io.engram.tsdb.head.SeriesRecord.LAST_MS;
import static io.engram.tsdb.head.SeriesRecord.LIVE;
import static io.engram.tsdb.head.SeriesRecord.STATE;

import io.engram.tsdb.slab.RecordSlab;
import org.roaringbitmap.RoaringBitmap;
import org.roaringbitmap.RoaringBitmapWriter;

/**
 * Finds the series that have had a sample lately, by their records in the order in which they lie in memory: a million
 * take some ten milliseconds. A record is read without its own stripe's lock, since a time that is a moment old does no
 * harm; any stripe's lock keeps extents from being given to others meanwhile, so the stripes take turns in being held
 * for a few microseconds.
 */
final class ActiveScan {
    /** Extents that are read under one hold of a lock: 512 records. */
    private static final int BATCH_EXTENTS = 8;

    private ActiveScan() {}

    /**
     * @param sinceMs a sample at or after it makes a series active
     * @param limit series from this number on are left out
     */
    static RoaringBitmap find(TenantHead head, long sinceMs, int limit) {
        RoaringBitmapWriter<RoaringBitmap> active =
                RoaringBitmapWriter.writer().optimiseForRuns().get();
        int step = BATCH_EXTENTS * RecordSlab.EXTENT_RECORDS;
        for (int from = 0; from < limit; from += step) {
            Stripe turn = head.stripe(from / step % Stripe.COUNT);
            turn.lock.lock();
            try {
                for (int first = from; first < Math.min(limit, from + step); first += RecordSlab.EXTENT_RECORDS) {
                    extent(head, first, Math.min(limit, first + RecordSlab.EXTENT_RECORDS), sinceMs, active);
                }
            } finally {
                turn.lock.unlock();
            }
        }
        active.flush();
        return active.getUnderlying();
    }

    private static void extent(
            TenantHead head, int from, int to, long sinceMs, RoaringBitmapWriter<RoaringBitmap> active) {
        int extent = head.records().extent(from);
        if (extent == RecordSlab.NONE) {
            return;
        }
        long[] page = head.records().page(extent);
        for (int series = from; series < to; series++) {
            int at = RecordSlab.offset(extent, series);
            if (page[at + LAST_MS] >= sinceMs && (page[at + STATE] & LIVE) != 0) {
                active.add(series);
            }
        }
    }
}
