package io.engram.tsdb.head;

import static io.engram.tsdb.head.SeriesRecord.FINGERPRINT_HI;
import static io.engram.tsdb.head.SeriesRecord.FINGERPRINT_LO;
import static io.engram.tsdb.head.SeriesRecord.LIVE;
import static io.engram.tsdb.head.SeriesRecord.STATE;

import io.engram.tsdb.slab.RecordSlab;

/** Finds the records of series by the numbers that a log or a checkpoint names, which may be lost. For one thread. */
final class RecoveredSeries {
    private final SeriesRecords records;
    private long[] page;
    private int at;

    /** Times that a number was asked for whose series no readable record has created. */
    long lost;

    RecoveredSeries(TenantHead head) {
        this.records = head.records();
    }

    /** Whether there is such a series; what follows is about it then. */
    boolean find(int series) {
        int extent = records.extent(series);
        page = extent == RecordSlab.NONE ? null : records.page(extent);
        at = RecordSlab.offset(extent, series);
        if (page == null || (page[at + STATE] & LIVE) == 0) {
            lost++;
            return false;
        }
        return true;
    }

    /** The same, for a number that must belong to this stripe. */
    boolean find(int series, int stripe) {
        if (find(series) && Stripe.of(page[at + FINGERPRINT_HI]) == stripe) {
            return true;
        }
        lost += page == null || (page[at + STATE] & LIVE) == 0 ? 0 : 1;
        return false;
    }

    /** The page that has its record. */
    long[] page() {
        return page;
    }

    /** Where its record begins in the page. */
    int at() {
        return at;
    }

    /** Says that a store has something of the series. */
    void mark(SideKind kind) {
        page[at + STATE] |= kind.flag;
    }

    long fingerprintLo() {
        return page[at + FINGERPRINT_LO];
    }
}
