package io.engram.tsdb.head;

import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.tsdb.wal.RecordBuffer;

/**
 * Appends what batches have of one {@link SideKind} besides floats. One belongs to each appender of batches, so it may
 * keep buffers; it is used by one thread at a time.
 */
interface SideAppender {
    SideKind kind();

    /** Looks at a batch; false where it has nothing of this kind: then nothing else is asked for this batch. */
    boolean begin(TenantHead head, WriteBatch batch);

    /** Whether the batch's series {@code i} has anything of this kind that needs the series to exist. */
    boolean has(int i);

    /**
     * Judges and appends what the batch's series {@code i} has, after its floats. The caller holds the stripe.
     *
     * @param page has the record of the series at {@code at}
     * @param log takes what must be logged, which happens before the lock is given back
     */
    void append(Stripe stripe, int series, long[] page, int at, int i, BatchVerdict verdict, RecordBuffer log);

    /** The batch's series {@code i} does not exist: says so of each row, with what it was judged by. */
    void refuse(int i, SampleStatus why, long detail, BatchVerdict verdict);

    /**
     * For kinds that belong to the tenant as a whole: appends what the batch has, once, after all series have had their
     * turn. The caller holds the lane's lock, and no stripe's.
     *
     * @return whether there is more: then {@code log} is logged, and this is called again under the same lock
     */
    default boolean appendWide(Stripe wide, BatchVerdict verdict, RecordBuffer log) {
        return false;
    }

    /** The batch has been dealt with: lets go of it. */
    void end();
}
