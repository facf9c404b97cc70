package io.engram.tsdb.head;

import static io.engram.tsdb.head.SeriesRecord.STATE;

import io.engram.model.write.ExemplarSample;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.tsdb.wal.RecordBuffer;
import java.util.Arrays;

/**
 * Appends the exemplars of a batch: which series they belong to is noted under the stripes' locks, the rest is done once
 * for the tenant. No series comes into being for an exemplar alone, as in Prometheus.
 */
final class ExemplarAppender implements SideAppender {
    /** The series has no exemplar in the batch. */
    private static final int NONE = -1;
    /** The series has some, and is not known, yet or at all. */
    private static final int UNKNOWN = -2;
    /** The series was refused, and so are its exemplars. */
    private static final int REFUSED = -3;

    /** Exemplars that are logged together. */
    private static final int RECORD_EXEMPLARS = 200;

    private final ExemplarLabels labels = new ExemplarLabels();
    private TenantHead head;
    private WriteBatch batch;
    /** By the batch's series: its number in the head, or why there is none. */
    private int[] numbers = new int[0];

    private SampleStatus[] refusals = new SampleStatus[0];
    private int done;

    @Override
    public SideKind kind() {
        return SideKind.EXEMPLARS;
    }

    @Override
    public boolean begin(TenantHead to, WriteBatch from) {
        if (from.exemplars.isEmpty()) {
            return false;
        }
        head = to;
        batch = from;
        if (numbers.length < from.seriesCount) {
            numbers = new int[Math.max(from.seriesCount, 2 * numbers.length)];
            refusals = new SampleStatus[numbers.length];
        }
        Arrays.fill(numbers, 0, from.seriesCount, NONE);
        from.exemplars.forEach(exemplar -> numbers[exemplar.series()] = UNKNOWN);
        done = 0;
        return true;
    }

    @Override
    public boolean has(int i) {
        return false;
    }

    @Override
    public void append(Stripe stripe, int series, long[] page, int at, int i, BatchVerdict verdict, RecordBuffer log) {
        if (numbers[i] != NONE) {
            numbers[i] = series;
            page[at + STATE] |= SideKind.EXEMPLARS.flag;
        }
    }

    @Override
    public void refuse(int i, SampleStatus why, long detail, BatchVerdict verdict) {
        if (numbers[i] != NONE) {
            numbers[i] = REFUSED;
            refusals[i] = why;
        }
    }

    @Override
    public boolean appendWide(Stripe wide, BatchVerdict verdict, RecordBuffer log) {
        ExemplarStore store = wide.side.exemplars(head);
        store.followLimit();
        int end = Math.min(batch.exemplars.size(), done + RECORD_EXEMPLARS);
        for (; done < end; done++) {
            ExemplarSample exemplar = batch.exemplars.get(done);
            int series = numbers[exemplar.series()];
            SampleStatus status =
                    switch (series) {
                        case REFUSED -> refusals[exemplar.series()];
                        case UNKNOWN -> store.keepsAny() ? SampleStatus.EXEMPLAR_REFUSED : SampleStatus.STORED;
                        default -> store.append(series, exemplar, labels, log);
                    };
            if (status != SampleStatus.STORED) {
                verdict.note(row(done), status, series < 0 ? 0 : store.newestMs(series));
            }
        }
        return end < batch.exemplars.size();
    }

    private int row(int e) {
        return batch.sampleCount + batch.histograms.size() + e;
    }

    @Override
    public void end() {
        head = null;
        batch = null;
    }
}
