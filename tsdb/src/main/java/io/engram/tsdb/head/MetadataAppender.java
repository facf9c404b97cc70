package io.engram.tsdb.head;

import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.tsdb.wal.RecordBuffer;

/** Takes up what batches say of metrics, which no series need exist for. */
final class MetadataAppender implements SideAppender {
    /** Metrics that are logged together. */
    private static final int RECORD_METRICS = 32;

    private TenantHead head;
    private WriteBatch batch;
    private int done;

    @Override
    public SideKind kind() {
        return SideKind.METADATA;
    }

    @Override
    public boolean begin(TenantHead to, WriteBatch from) {
        head = to;
        batch = from;
        done = 0;
        return !from.metadata.isEmpty();
    }

    @Override
    public boolean has(int i) {
        return false;
    }

    @Override
    public void append(Stripe stripe, int series, long[] page, int at, int i, BatchVerdict verdict, RecordBuffer log) {}

    @Override
    public void refuse(int i, SampleStatus why, long detail, BatchVerdict verdict) {}

    @Override
    public boolean appendWide(Stripe wide, BatchVerdict verdict, RecordBuffer log) {
        MetadataStore store = wide.side.metadata(head);
        int end = Math.min(batch.metadata.size(), done + RECORD_METRICS);
        for (; done < end; done++) {
            store.tell(batch.metadata.get(done), log);
        }
        return end < batch.metadata.size();
    }

    @Override
    public void end() {
        head = null;
        batch = null;
    }
}
