package io.engram.tsdb.head;

import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.tsdb.wal.SideRecordEncoder;
import java.util.function.Consumer;

/**
 * Appends what a batch has besides floats: asks each {@link SideAppender}, and logs for it. For one thread at a time.
 */
final class SideAppends implements HistogramRows.LogOrder {
    /** A record is logged when it has this many bytes: what one damaged page of the log can cost. */
    private static final int RECORD_BYTES = 100_000;

    private final HeadLog log;
    private final Consumer<Stripe> floats;
    private final SideAppender[] all;
    private final SideRecordEncoder[] records;
    private final SideAppender[] active;
    private final SideRecordEncoder[] record;
    private int activeCount;
    private TenantHead head;
    private long position;

    /** @param floats logs the floats that have been appended to a stripe */
    SideAppends(HeadLog log, Consumer<Stripe> floats) {
        this.log = log;
        this.floats = floats;
        this.all = new SideAppender[] {
            new StartAppender(), new HistogramRows(this), new ExemplarAppender(), new MetadataAppender()
        };
        this.records = new SideRecordEncoder[all.length];
        this.active = new SideAppender[all.length];
        this.record = new SideRecordEncoder[all.length];
        for (int k = 0; k < all.length; k++) {
            records[k] = new SideRecordEncoder();
        }
    }

    /** Looks at a batch; false where it has floats alone. */
    boolean begin(TenantHead to, WriteBatch batch) {
        head = to;
        position = 0;
        activeCount = 0;
        for (int k = 0; k < all.length; k++) {
            if (all[k].begin(to, batch)) {
                active[activeCount] = all[k];
                record[activeCount++] = records[k];
            }
        }
        return activeCount > 0;
    }

    /** Whether the batch's series {@code i} must exist for its side. */
    boolean has(int i) {
        for (int k = 0; k < activeCount; k++) {
            if (active[k].has(i)) {
                return true;
            }
        }
        return false;
    }

    /** The caller has taken the stripe's lock. */
    void beginStripe(Stripe stripe) {
        for (int k = 0; k < activeCount; k++) {
            record[k].begin(head.tenant(), stripe.number, active[k].kind().id);
        }
    }

    void append(Stripe stripe, int series, long[] page, int at, int i, BatchVerdict verdict) {
        for (int k = 0; k < activeCount; k++) {
            active[k].append(stripe, series, page, at, i, verdict, record[k].payload());
        }
        logLarge(stripe);
    }

    @Override
    public void logLarge(Stripe stripe) {
        for (int k = 0; k < activeCount; k++) {
            if (record[k].payloadBytes() >= RECORD_BYTES) {
                log(k);
                record[k].begin(head.tenant(), stripe.number, active[k].kind().id);
            }
        }
    }

    @Override
    public void logFloats(Stripe stripe) {
        floats.accept(stripe);
    }

    /** Logs what was appended so far, so that floats which follow it in their series stand behind it in the log too. */
    void logNow(Stripe stripe) {
        endStripe();
        beginStripe(stripe);
    }

    void refuse(int i, SampleStatus why, long detail, BatchVerdict verdict) {
        for (int k = 0; k < activeCount; k++) {
            active[k].refuse(i, why, detail, verdict);
        }
    }

    /** Logs what was appended to the stripe, whose lock the caller holds still. */
    void endStripe() {
        for (int k = 0; k < activeCount; k++) {
            if (record[k].payloadBytes() > 0) {
                log(k);
            }
        }
    }

    /** Has those appended that belong to the tenant as a whole. */
    void appendWide(BatchVerdict verdict) {
        for (int k = 0; k < activeCount; k++) {
            if (active[k].kind().wide) {
                Stripe wide = head.wide();
                wide.lock.lock();
                try {
                    boolean more = true;
                    while (more) {
                        record[k].begin(head.tenant(), wide.number, active[k].kind().id);
                        more = active[k].appendWide(wide, verdict, record[k].payload());
                        if (record[k].payloadBytes() > 0) {
                            log(k);
                        }
                    }
                } finally {
                    wide.lock.unlock();
                }
            }
        }
    }

    /** Lets go of the batch, however it ended. */
    void forget() {
        for (int k = 0; k < activeCount; k++) {
            active[k].end();
        }
        activeCount = 0;
        head = null;
    }

    private void log(int k) {
        int length = record[k].finish();
        position = Math.max(position, log.append(record[k].bytes(), length));
    }

    /** The position of the log behind what was appended of this batch; 0 where nothing was. */
    long position() {
        return position;
    }
}
