package io.engram.proto;

import io.engram.model.write.WriteOutcome;

/** A push that was taken and is on its way to disk. */
public interface PendingPush {
    /**
     * Waits until what was accepted is as durable as {@code ingester.wal-sync} promises.
     *
     * @throws io.engram.model.failure.Failure where that cannot be promised: the sender must send again
     * @throws InterruptedException where the waiting thread was told to stop; the samples may or may not be durable
     */
    WriteOutcome await() throws InterruptedException;
}
