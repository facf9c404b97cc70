package io.engram.distributor;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.metadata.MetricMetadata;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.model.write.WriteOutcome;
import io.engram.proto.PendingPush;
import io.engram.proto.Push;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongFunction;

/** One ingester among several: says of each row what a test wants, when the test wants it. */
final class CopyFake implements Push {
    /** How the whole batch ends. */
    enum End {
        ANSWERS,
        REFUSES_THE_CALL,
        FAILS_LATER
    }

    final String id;
    final List<Decoded> got = new ArrayList<>();
    final List<MetricMetadata> metadata = new ArrayList<>();
    final List<WriteBatch> batches = new ArrayList<>();
    End end = End.ANSWERS;
    /** By a row's {@link #key}. */
    LongFunction<SampleStatus> says = _ -> SampleStatus.STORED;

    private WriteOutcome outcome;
    private PendingPush.Listener listener;

    CopyFake(String id) {
        this.id = id;
    }

    /** What a row is known by, in the whole as in a part. */
    static long key(WriteBatch batch, int row) {
        int series = batch.seriesOf(row, 0);
        int samples = batch.sampleCount;
        int histograms = batch.histograms.size();
        long timeMs = row < samples
                ? batch.timestampMs[row]
                : row < samples + histograms
                        ? batch.histograms.get(row - samples).timestampMs()
                        : batch.exemplars.get(row - samples - histograms).timestampMs();
        int kind = row < samples ? 1 : row < samples + histograms ? 2 : 3;
        return 31 * (31 * batch.fingerprintLo[series] + timeMs) + kind;
    }

    @Override
    public synchronized PendingPush push(WriteBatch batch) {
        if (end == End.REFUSES_THE_CALL) {
            throw new Failure(ErrorId.NOT_READY, id + " is starting");
        }
        batches.add(batch);
        got.addAll(Decoded.of(batch));
        metadata.addAll(batch.metadata);
        outcome = new WriteOutcome(batch.rowCount());
        for (int row = 0; row < batch.rowCount(); row++) {
            SampleStatus status = says.apply(key(batch, row));
            boolean exemplar = row >= batch.sampleCount + batch.histograms.size();
            if (status != SampleStatus.STORED) {
                outcome.set(row, exemplar ? SampleStatus.EXEMPLAR_REFUSED : status, 7);
            }
        }
        return new PendingPush() {
            @Override
            public WriteOutcome await() {
                throw new IllegalStateException("one slow copy must not be what is waited for");
            }

            @Override
            public void whenDone(Listener whenDone) {
                listener = whenDone;
            }
        };
    }

    /** Whether something was pushed that is not answered yet. */
    synchronized boolean owesAnswer() {
        return listener != null;
    }

    /** Ends what was pushed last. */
    void answer() {
        PendingPush.Listener told;
        synchronized (this) {
            told = listener;
            listener = null;
        }
        if (end == End.FAILS_LATER) {
            told.done(null, new Failure(ErrorId.WAL_UNAVAILABLE, id + " has a full disk"));
        } else {
            told.done(outcome, null);
        }
    }
}
