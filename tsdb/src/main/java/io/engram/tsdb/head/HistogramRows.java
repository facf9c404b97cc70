package io.engram.tsdb.head;

import io.engram.model.histogram.Histogram;
import io.engram.model.write.HistogramSample;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.tsdb.wal.RecordBuffer;
import java.util.List;

/** Judges and appends the histograms of a batch: those newer than all samples of their series are stored. */
final class HistogramRows implements SideAppender {
    /** Sees to it that floats stand in the log before the histograms that follow them in their series. */
    interface FloatLog {
        /** Logs the floats that have been appended; the caller holds the stripe. */
        void logFloats(Stripe stripe);
    }

    private final FloatLog floats;
    private final SampleHistory history = new SampleHistory();
    private OpenChunk record;
    private TenantHead head;
    private WriteBatch batch;
    private List<HistogramSample> rows;
    private long cutMs;
    private long newestMs;
    private long oldestMs;

    HistogramRows(FloatLog floats) {
        this.floats = floats;
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
        if (timeMs <= record.lastMs() || timeMs < cutMs) {
            refuse(stripe, series, k, verdict);
            return;
        }
        if (record.count() > 0) {
            floats.logFloats(stripe);
        }
        stripe.side.histograms(head).append(series, batch.fingerprintLo[row.series()], record, timeMs, row.value());
        HistogramStore.log(log, series, timeMs, row.startMs(), row.value());
        stripe.samples++;
        stripe.histograms++;
        newestMs = Math.max(newestMs, timeMs);
        oldestMs = Math.min(oldestMs, timeMs);
    }

    private void refuse(Stripe stripe, int series, int k, BatchVerdict verdict) {
        int row = batch.sampleCount + k;
        long timeMs = rows.get(k).timestampMs();
        if (timeMs <= record.lastMs() && isStored(stripe, series, timeMs)) {
            Histogram there = history.histogram();
            boolean same = there != null && there.sameAs(rows.get(k).value());
            verdict.note(row, same ? SampleStatus.DUPLICATE : SampleStatus.CONFLICT, timeMs);
        } else if (timeMs < cutMs) {
            verdict.note(row, SampleStatus.TOO_OLD, cutMs);
        } else {
            verdict.note(row, SampleStatus.OUT_OF_ORDER, record.lastMs());
        }
    }

    private boolean isStored(Stripe stripe, int series, long timeMs) {
        if (timeMs == record.lastMs() && record.lastValueBits() != HistogramStore.VALUE) {
            history.found(record.lastValueBits());
            return true;
        }
        return (record.has(SideKind.HISTOGRAMS) && stripe.side.histograms(head).find(series, timeMs, history))
                || history.find(head.chunks(), record, timeMs)
                || (record.has(SideKind.LATE) && stripe.side.late(head).find(series, timeMs, history));
    }

    @Override
    public void refuse(int i, SampleStatus why, BatchVerdict verdict) {
        for (int k = first(i); k < rows.size() && rows.get(k).series() == i; k++) {
            verdict.note(batch.sampleCount + k, why, 0);
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
