package io.engram.tsdb.head;

import static io.engram.tsdb.head.SeriesRecord.FINGERPRINT_HI;
import static io.engram.tsdb.head.SeriesRecord.FINGERPRINT_LO;
import static io.engram.tsdb.head.SeriesRecord.LIVE;
import static io.engram.tsdb.head.SeriesRecord.STATE;
import static io.engram.tsdb.head.SeriesRecord.WORDS;

import io.engram.model.write.WriteBatch;
import io.engram.tsdb.slab.RecordSlab;

/**
 * Finds which series of a head those of a batch are, a stripe at a time, and brings their records into the cache before
 * the first of them is appended to.
 *
 * <p>Senders repeat their series in the order in which they first sent them, and numbers are given in the order in which
 * a batch is appended: so most often a series has the number after that of the one before it. Its record shows whether
 * that is so; only where it is not is the table of fingerprints asked, which is a cache miss each time. For one thread at
 * a time.
 */
final class SeriesFinder {
    private int[] numbers = new int[0];
    private int last; // the number found last
    private long touched; // nobody asks; the reads would be left out without it

    /** What follows are the series of a batch of so many. */
    void begin(int seriesCount) {
        if (seriesCount > numbers.length) {
            numbers = new int[Math.max(seriesCount, 2 * numbers.length)];
        }
        last = -1;
    }

    /** Finds the series at the places {@code from} to {@code to} of the order. The caller holds their stripe. */
    void find(TenantHead head, Stripe stripe, WriteBatch batch, StripeOrder order, int from, int to) {
        SeriesRecords records = head.records();
        int[] found = numbers;
        int before = last;
        for (int place = from; place < to; place++) {
            int i = order.at(place);
            long hi = batch.fingerprintHi[i];
            long lo = batch.fingerprintLo[i];
            int number = before + 1;
            if (!isNumberOf(records, number, hi, lo)) {
                number = head.find(stripe, hi, lo);
            }
            found[place] = number;
            before = number;
        }
        last = before;
    }

    /** The number of the series at the place, or -1. */
    int number(int place) {
        return numbers[place];
    }

    private boolean isNumberOf(SeriesRecords records, int number, long hi, long lo) {
        int extent = records.extent(number);
        if (extent == RecordSlab.NONE) {
            return false;
        }
        long[] page = records.page(extent);
        int at = RecordSlab.offset(extent, number);
        touched += page[at + WORDS]; // the record's other line, which the append needs as well
        return page[at + FINGERPRINT_LO] == lo && page[at + FINGERPRINT_HI] == hi && (page[at + STATE] & LIVE) != 0;
    }
}
