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
    /** Memory is added up after so many series, so that one batch cannot go far beyond what there is. */
    private static final int ACCOUNT_MASK = 63;

    private final SeriesAnnouncement announcement;
    private final SeriesBudget budget;
    private SampleStatus[] refusals = new SampleStatus[16];
    private long[] details = new long[16];
    private int[] created = new int[16];

    SeriesCreator(HeadLog log, SeriesBudget budget) {
        this.announcement = new SeriesAnnouncement(log);
        this.budget = budget;
    }

    /**
     * Creates those of the series {@code ordinals[0 .. count)} of the batch that do not exist, with rising numbers.
     *
     * @return the position of the log behind which all that exist now are announced
     */
    long create(TenantHead head, WriteBatch batch, int[] ordinals, int count) {
        if (refusals.length < count) {
            refusals = new SampleStatus[count];
            details = new long[count];
            created = new int[count];
        }
        int createdCount = 0;
        head.indexLock().lock();
        try {
            announcement.begin(head);
            head.admission().begin(head.limits(), head.share());
            for (int k = 0; k < count; k++) {
                int i = ordinals[k];
                refusals[k] = null;
                if (exists(head, batch, i)) {
                    continue;
                }
                refusals[k] = refusal(head, batch, i);
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
                    head.admission().created();
                    if ((createdCount & ACCOUNT_MASK) == 0) {
                        head.account(budget);
                    }
                } else {
                    details[k] = detail(head, refusals[k]);
                }
            }
            long position = announcement.finish();
            for (int k = 0; k < createdCount; k++) {
                announced(head, created[k]);
            }
            return position;
        } finally {
            head.account(budget);
            head.indexLock().unlock();
        }
    }

    /** The tenant's own limits come first: a sender must not try again for ever what it may not have. */
    private SampleStatus refusal(TenantHead head, WriteBatch batch, int i) {
        if (batch.labelLength[i] == 0) {
            return SampleStatus.UNKNOWN_SERIES;
        }
        int seriesCount = head.seriesCount();
        SampleStatus refusal =
                head.admission().refusal(seriesCount, batch.labels, batch.labelOffset[i], batch.labelLength[i]);
        if (refusal == null && !budget.tryTake(seriesCount, head.accountedIndexBytes())) {
            return SampleStatus.INSTANCE_SERIES_LIMIT;
        }
        return refusal;
    }

    private long detail(TenantHead head, SampleStatus refusal) {
        return switch (refusal) {
            case TENANT_SERIES_LIMIT, METRIC_SERIES_LIMIT, LABEL_SET_SERIES_LIMIT ->
                head.admission().detail();
            case INSTANCE_SERIES_LIMIT -> budget.used();
            default -> 0;
        };
    }

    /** By what series {@code k} of the last call was refused, as {@code WriteOutcome} has it. */
    long detail(int k) {
        return details[k];
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
