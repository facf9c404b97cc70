package io.engram.tsdb.head;

import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.tsdb.wal.RecordBuffer;

/** Keeps the start timestamps that came with the floats of a batch, of those that were stored. */
final class StartAppender implements SideAppender {
    private TenantHead head;
    private WriteBatch batch;

    @Override
    public SideKind kind() {
        return SideKind.STARTS;
    }

    @Override
    public boolean begin(TenantHead to, WriteBatch from) {
        head = to;
        batch = from;
        return from.hasStarts;
    }

    /** Starts come with samples, which bring their series into being. */
    @Override
    public boolean has(int i) {
        return false;
    }

    @Override
    public void append(Stripe stripe, int series, long[] page, int at, int i, BatchVerdict verdict, RecordBuffer log) {
        for (int sample = batch.firstSample[i]; sample < batch.firstSample[i + 1]; sample++) {
            long startMs = batch.startMs[sample];
            if (startMs != 0 && verdict.stored(sample)) {
                long timeMs = batch.timestampMs[sample];
                if (stripe.side.starts(head).note(series, page, at, timeMs, startMs)) {
                    StartStore.log(log, series, timeMs, startMs);
                }
            }
        }
    }

    @Override
    public void refuse(int i, SampleStatus why, long detail, BatchVerdict verdict) {}

    @Override
    public void end() {
        head = null;
        batch = null;
    }
}
