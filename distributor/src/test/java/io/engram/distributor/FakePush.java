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

/** Keeps what it is pushed and says of it what a test wants. */
final class FakePush implements Push {
    final List<Decoded> stored = new ArrayList<>();
    final List<MetricMetadata> metadata = new ArrayList<>();
    /** Says what becomes of the rows; everything is stored where null. */
    SampleStatus[] verdict;

    long detailMs;
    boolean unavailable;
    /** Run when the sender waits. */
    Runnable beforeAwait = () -> {};

    @Override
    public synchronized PendingPush push(WriteBatch batch) {
        if (unavailable) {
            throw new Failure(ErrorId.INSTANCE_SERIES_LIMIT, "full");
        }
        stored.addAll(Decoded.of(batch));
        metadata.addAll(batch.metadata);
        WriteOutcome outcome = outcome(batch.rowCount());
        return () -> {
            beforeAwait.run();
            return outcome;
        };
    }

    private WriteOutcome outcome(int rowCount) {
        if (verdict == null) {
            return WriteOutcome.ALL_STORED;
        }
        WriteOutcome outcome = new WriteOutcome(rowCount);
        for (int i = 0; i < verdict.length; i++) {
            if (verdict[i] != SampleStatus.STORED) {
                outcome.set(i, verdict[i], detailMs);
            }
        }
        return outcome;
    }
}
