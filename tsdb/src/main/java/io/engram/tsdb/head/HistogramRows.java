package io.engram.tsdb.head;

import io.engram.model.write.HistogramSample;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.tsdb.wal.RecordBuffer;
import java.util.List;

/** Judges and appends the histograms of a batch: those in order to their store, late ones to theirs. */
final class HistogramRows implements SideAppender {
    /** Sees to it that the log has what it must in time. */
    interface LogOrder {
        /** Logs the floats that have been appended, because histograms follow them in their series. The caller holds the stripe. */
        void logFloats(Stripe stripe);

        /** Logs what was appended besides, where that is as much as one record should have. */
        void logLarge(Stripe stripe);
    }

    private final LogOrder order;
    private final SampleHistory history = new SampleHistory();
    private OpenChunk record;
    private TenantHead head;
    private WriteBatch batch;
    private List<HistogramSample> rows;
    private long cutMs;
    private long newestMs;
    private long oldestMs;

    HistogramRows(LogOrder order) {
        this.order = order;
    }

    @Override
    public SideKind kind() {
        return SideKind.HISTOGRAMS;
    }

    @Override
    public boolean begin(TenantHead to, WriteBatch from) {
        if (from.histograms.isEmpty()) {
            return false;
        }
        head = to;
        batch = from;
        rows = from.histograms;
        cutMs = to.cutMs();
        newestMs = Long.MIN_VALUE;
        oldestMs = Long.MAX_VALUE;
        record = new OpenChunk(to.memory().blocks());
        return true;
    }

    @Override
    public boolean has(int i) {
        int k = first(i);
        return k < rows.size() && rows.get(k).series() == i;
    }

    /** The first histogram of series {@code i} or a later one: they stand in the order of the series. */
    private int first(int i) {
        int low = 0;
        int high = rows.size();
        while (low < high) {
            int middle = low + high >>> 1;
            if (rows.get(middle).series() < i) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }

    @Override
    public void append(Stripe stripe, int series, long[] page, int at, int i, BatchVerdict verdict, RecordBuffer log) {
        int from = first(i);
        int to = from;
        record.load(page, at, stripe.number);
        try {
            for (; to < rows.size() && rows.get(to).series() == i; to++) {
                append(stripe, series, to, verdict, log);
            }
        } finally {
            record.store(page, at);
            stripe.blocks += record.blocksTaken;
            record.blocksTaken = 0;
        }
        for (int k = from; k < to; k++) { // the store of starts marks the record itself
            HistogramSample row = rows.get(k);
            if (row.startMs() != 0 && verdict.stored(batch.sampleCount + k)) {
                stripe.side.starts(head).note(series, page, at, row.timestampMs(), row.startMs());
            }
        }
    }

    private void append(Stripe stripe, int series, int k, BatchVerdict verdict, RecordBuffer log) {
        HistogramSample row = rows.get(k);
        long timeMs = row.timestampMs();
        long lastMs = record.lastMs();
        long fingerprintLo = batch.fingerprintLo[row.series()];
        if (timeMs > lastMs && timeMs >= cutMs) {
            if (record.count() > 0) {
                order.logFloats(stripe);
            }
            stripe.side.histograms(head).append(series, fingerprintLo, record, timeMs, row.value());
        } else if (takeLate(stripe, series, fingerprintLo, k, verdict)) {
            stripe.lateSamples++;
        } else {
            return;
        }
        HistogramStore.log(log, series, timeMs, row.startMs(), row.value());
        order.logLarge(stripe); // one histogram may have thousands of buckets
        if (record.replica() != ReplicaNumbers.NONE) {
            stripe.side.activity(head).count(record.replica(), timeMs, lastMs);
        }
        stripe.samples++;
        stripe.histograms++;
        newestMs = Math.max(newestMs, timeMs);
        oldestMs = Math.min(oldestMs, timeMs);
        stripe.noteStored(timeMs, head.blocks().endMs());
    }

    /** Judges one that is not newer than its series' last, as {@link LateSamples} judges floats; true where it was stored. */
    private boolean takeLate(Stripe stripe, int series, long fingerprintLo, int k, BatchVerdict verdict) {
        HistogramSample row = rows.get(k);
        long timeMs = row.timestampMs();
        long lastMs = record.lastMs();
        int number = batch.sampleCount + k;
        if (timeMs <= lastMs && isStored(stripe, series, timeMs)) {
            boolean same = history.histogram() != null && history.histogram().sameAs(row.value());
            verdict.note(number, same ? SampleStatus.DUPLICATE : SampleStatus.CONFLICT, timeMs);
            return false;
        }
        if (timeMs < cutMs) {
            verdict.note(number, SampleStatus.TOO_OLD, cutMs);
            return false;
        }
        // Both ends of time may be there: the difference is taken as unsigned.
        if (Long.compareUnsigned(lastMs - timeMs, head.lateWindowMs()) > 0
                || !stripe.side.lateHistograms(head).add(series, fingerprintLo, timeMs, row.value())) {
            verdict.note(number, SampleStatus.OUT_OF_ORDER, lastMs);
            return false;
        }
        record.mark(SideKind.LATE_HISTOGRAMS);
        return true;
    }

    private boolean isStored(Stripe stripe, int series, long timeMs) {
        if (timeMs == record.lastMs() && record.lastValueBits() != HistogramStore.VALUE) {
            history.found(record.lastValueBits());
            return true;
        }
        return history.findAnywhere(head, stripe, series, record, timeMs);
    }

    @Override
    public void refuse(int i, SampleStatus why, long detail, BatchVerdict verdict) {
        for (int k = first(i); k < rows.size() && rows.get(k).series() == i; k++) {
            verdict.note(batch.sampleCount + k, why, detail);
        }
    }

    @Override
    public void end() {
        head.noteTimes(oldestMs, newestMs);
        head = null;
        batch = null;
        rows = null;
        record = null;
    }
}
