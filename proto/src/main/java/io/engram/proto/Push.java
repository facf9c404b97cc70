package io.engram.proto;

import io.engram.model.write.WriteBatch;

/** The way into an ingester, in this process or behind gRPC. Safe for many threads. */
public interface Push {
    /**
     * Appends the batch (or sends it on), without waiting until it is durable. The batch is borrowed until this returns.
     *
     * @return what to wait on before anybody is told that the samples are stored
     * @throws io.engram.model.failure.Failure where nothing was taken
     */
    PendingPush push(WriteBatch batch);

    /**
     * How often the way there was opened: where this has grown since a push failed, the failure says nothing any more. Always
     * the same in one process.
     */
    default long timesConnected() {
        return 0;
    }
}
