package io.engram.tsdb.head;

import io.engram.model.failure.Failure;
import io.engram.model.write.WriteOutcome;
import java.util.function.BiConsumer;

/** A batch that is in memory and on its way to the log. Safe for any thread. */
public final class PendingAppend {
    private final HeadLog log;
    private final long position;
    private final WriteOutcome outcome;

    PendingAppend(HeadLog log, long position, WriteOutcome outcome) {
        this.log = log;
        this.position = position;
        this.outcome = outcome;
    }

    /**
     * Waits until what was accepted is as durable as {@code ingester.wal-sync} promises; to be called before anybody is
     * told that the samples are stored.
     *
     * @return what became of each sample; {@link WriteOutcome#ALL_STORED} itself where nothing is to be said
     * @throws Failure where durability cannot be promised: the sender must send again
     */
    public WriteOutcome await() throws InterruptedException {
        log.awaitDurable(position);
        return outcome;
    }

    /**
     * Calls the listener once when {@link #await} would return, with the outcome, or with what it would throw; the other
     * one is null.
     *
     * @param listener called by the log's own thread or, before this returns, by the caller's; it must not wait for
     *     anything
     */
    public void whenDone(BiConsumer<WriteOutcome, Failure> listener) {
        log.whenDurable(position, failure -> listener.accept(failure == null ? outcome : null, failure));
    }
}
