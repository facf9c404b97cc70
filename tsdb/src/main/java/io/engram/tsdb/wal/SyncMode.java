package io.engram.tsdb.wal;

/** What {@link WriteAheadLog#awaitDurable} waits for: the value of {@code ingester.wal-sync}. */
public enum SyncMode {
    /** The record is on the disk: it survives a power cut. One fdatasync serves all that wait. */
    COMMIT,
    /**
     * The record is with the operating system: it survives the end of the process. The disk follows each {@link
     * WalOptions#syncInterval}, which is the window that a power cut can cost.
     */
    INTERVAL
}
