package io.engram.tsdb.head;

import static io.engram.tsdb.head.SeriesRecord.FINGERPRINT_HI;
import static io.engram.tsdb.head.SeriesRecord.FINGERPRINT_LO;
import static io.engram.tsdb.head.SeriesRecord.WORDS;

import io.engram.model.write.WriteBatch;
import io.engram.tsdb.slab.RecordSlab;

/**
 * Guesses which series of a head the series of a batch are, before any lock is taken.
 *
 * <p>Senders repeat their series in the order in which they first sent them, and numbers are given in that order: so most
 * often a series has the number after that of the one before it in the batch. Its record shows whether that is so; only
 * where it is not is the table of fingerprints asked. So the records of a batch are read one behind the other, and the
 * table, which is a cache miss each time, hardly ever.
 *
 * <p>Nothing here is under a lock, so what is found may be wrong or missed: whoever uses it compares again under the
 * stripe's lock, where it is in the cache by now. For one thread at a time.
 */
final class SeriesGuess {
    private int[] numbers = new int[0];
    private long touched; // nobody asks; the reads would be left out without it

    /** Guesses all series of the batch. */
    void guess(TenantHead head, WriteBatch batch) {
        int count = batch.seriesCount;
        if (count > numbers.length) {
            numbers = new int[Math.max(count, 2 * numbers.length)];
        }
        int[] found = numbers;
        SeriesRecords records = head.records();
        int last = -1;
        for (int i = 0; i < count; i++) {
            long hi = batch.fingerprintHi[i];
            long lo = batch.fingerprintLo[i];
            int number = last + 1;
            if (!looksLike(records, number, hi, lo)) {
                number = head.stripe(Stripe.of(hi)).table.guess(lo);
            }
            found[i] = number;
            last = number;
        }
    }

    /** The number that series {@code i} of the batch may have; -1 for no idea. */
    int number(int i) {
        return numbers[i];
    }

    private boolean looksLike(SeriesRecords records, int number, long hi, long lo) {
        int extent = records.extent(number);
        if (extent == RecordSlab.NONE) {
            return false;
        }
        long[] page = records.page(extent);
        int at = RecordSlab.offset(extent, number);
        touched += page[at + WORDS]; // the record's other line, which the append needs as well
        return page[at + FINGERPRINT_LO] == lo && page[at + FINGERPRINT_HI] == hi;
    }
}
