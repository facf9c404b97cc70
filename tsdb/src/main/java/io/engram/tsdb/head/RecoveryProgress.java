package io.engram.tsdb.head;

/** Hears how far recovery is, from the thread that recovers; for {@code /ready}. */
@FunctionalInterface
public interface RecoveryProgress {
    /** Nobody listens. */
    RecoveryProgress NONE = (doneBytes, totalBytes) -> {};

    /** {@code doneBytes} of {@code totalBytes} of checkpoint and log have been read; the last call has them equal. */
    void at(long doneBytes, long totalBytes);
}
