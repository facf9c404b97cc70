package io.engram.tsdb.head;

import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.model.write.WriteOutcome;

/** Gathers what becomes of the rows of one batch; costs nothing while all are stored. For one thread. */
final class BatchVerdict {
    private WriteBatch batch;
    private WriteOutcome outcome = WriteOutcome.ALL_STORED;

    void begin(WriteBatch of) {
        batch = of;
        outcome = WriteOutcome.ALL_STORED;
    }

    /** Another status than stored, once for each row; {@code detailMs} is the time that it was judged by. */
    void note(int row, SampleStatus status, long detailMs) {
        if (outcome == WriteOutcome.ALL_STORED) {
            outcome = new WriteOutcome(batch.rowCount());
        }
        outcome.set(row, status, detailMs);
    }

    boolean stored(int row) {
        return outcome.of(row) == SampleStatus.STORED;
    }

    /** What there is to say of the batch. */
    WriteOutcome outcome() {
        return outcome;
    }

    /** Lets go of the batch. */
    void forget() {
        batch = null;
        outcome = WriteOutcome.ALL_STORED;
    }
}
