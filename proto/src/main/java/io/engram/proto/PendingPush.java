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

    /** Receives what became of a push: an outcome, or why there is none; the other one is null. */
    @FunctionalInterface
    interface Listener {
        void done(WriteOutcome outcome, RuntimeException failure);
    }

    /**
     * Calls the listener once, when {@link #await} would return: from any thread, also from the caller's before this
     * returns. The listener does not block. Where nothing calls back by itself, a virtual thread waits.
     */
    default void whenDone(Listener listener) {
        Thread.ofVirtual().name("push-done").start(() -> {
            WriteOutcome outcome;
            try {
                outcome = await();
            } catch (RuntimeException e) {
                listener.done(null, e);
                return;
            } catch (InterruptedException e) {
                throw new IllegalStateException("nobody knows this thread to interrupt it", e);
            }
            listener.done(outcome, null);
        });
    }
}
