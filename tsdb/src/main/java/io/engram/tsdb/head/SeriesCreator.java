package io.engram.tsdb.head;

import static io.engram.tsdb.head.SeriesRecord.STATE;
import static io.engram.tsdb.head.SeriesRecord.UNANNOUNCED;

import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.tsdb.slab.RecordSlab;

/**
 * Creates the unknown series of a batch under the tenant's index lock. The log hears of a series before any of its
 * samples: until then its record says {@link SeriesRecord#UNANNOUNCED}, and other threads that find it wait for the lock.
 */
final class SeriesCreator {
    private final SeriesAnnouncement announcement;
    private final SeriesBudget budget;
    private SampleStatus[] refusals = new SampleStatus[16];
    private int[] created = new int[16];

    SeriesCreator(HeadLog log, SeriesBudget budget) {
        this.announcement = new SeriesAnnouncement(log);
        this.budget = budget;
    }

    /**
     * Creates those of the series {@code ordinals[0 .. count)} of the batch, ascending, that do not exist.
     *
     * @return the position of the log behind which all that exist now are announced
     */
    long create(TenantHead head, WriteBatch batch, int[] ordinals, int count) {
        if (refusals.length < count) {
            refusals = new SampleStatus[count];
            created = new int[count];
        }
        int createdCount = 0;
        head.indexLock().lock();
        try {
            announcement.begin(head);
            for (int k = 0; k < count; k++) {
                int i = ordinals[k];
                refusals[k] = null;
                if (exists(head, batch, i)) {
                    continue;
                }
                refusals[k] = batch.labelLength[i] == 0
                        ? SampleStatus.UNKNOWN_SERIES
                        : budget.tryTake() ? null : SampleStatus.INSTANCE_SERIES_LIMIT;
                if (refusals[k] == null) {
                    int series = head.nextSeries();
                    int labels = head.addSeries(
                            series,
                            batch.fingerprintHi[i],
                            batch.fingerprintLo[i],
                            batch.labels,
                            batch.labelOffset[i],
                            batch.labelLength[i]);
                    announcement.add(series, labels, batch.fingerprintHi[i], batch.fingerprintLo[i]);
                    created[createdCount++] = series;
                }
            }
            long position = announcement.finish();
            for (int k = 0; k < createdCount; k++) {
                announced(head, created[k]);
            }
            return position;
        } finally {
            head.indexLock().unlock();
        }
    }

    /** Why series {@code k} of the last call was not created; null where it exists now. */
    SampleStatus refusal(int k) {
        return refusals[k];
    }

    private static boolean exists(TenantHead head, WriteBatch batch, int i) {
        Stripe stripe = head.stripe(Stripe.of(batch.fingerprintHi[i]));
        stripe.lock.lock();
        try {
            return head.find(stripe, batch.fingerprintHi[i], batch.fingerprintLo[i]) >= 0;
        } finally {
            stripe.lock.unlock();
        }
    }

    private static void announced(TenantHead head, int series) {
        int extent = head.records().extent(series);
        long[] page = head.records().page(extent);
        int at = RecordSlab.offset(extent, series);
        Stripe stripe = head.stripe(Stripe.of(page[at + SeriesRecord.FINGERPRINT_HI]));
        stripe.lock.lock();
        try {
            page[at + STATE] &= ~UNANNOUNCED;
        } finally {
            stripe.lock.unlock();
        }
    }
}
