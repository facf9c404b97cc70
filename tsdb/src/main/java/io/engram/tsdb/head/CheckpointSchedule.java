package io.engram.tsdb.head;

import java.time.Duration;

/**
 * Decides when a checkpoint is due: an interval after the last one, when the log has become long, and once after a start
 * that had to replay, so that the next start has not to. An attempt that failed is repeated after ten seconds, then after
 * twice as long each time, up to five minutes: it rolls the log and writes to what is probably a full disk. Pure; used by
 * one thread at a time.
 */
final class CheckpointSchedule {
    static final long FIRST_RETRY_MS = Duration.ofSeconds(10).toMillis();
    static final long LAST_RETRY_MS = Duration.ofMinutes(5).toMillis();

    /** A log smaller than this is no reason for a checkpoint. */
    static final long SMALLEST_LOG_BYTES = 1L << 30;

    private final long intervalMs;
    private boolean replayed;
    private long lastMs;
    private long lastBytes;
    private long retryMs; // 0 where the last attempt succeeded
    private long notBeforeMs = Long.MIN_VALUE;

    /**
     * @param lastBytes size of the newest checkpoint, 0 where there is none
     * @param replayed whether the start found records behind it
     */
    CheckpointSchedule(long intervalMs, long nowMs, long lastBytes, boolean replayed) {
        this.intervalMs = intervalMs;
        this.lastMs = nowMs;
        this.lastBytes = lastBytes;
        this.replayed = replayed;
    }

    /** Whether to try now, with a log of {@code logBytes} that has records behind the last checkpoint. */
    boolean due(long nowMs, long logBytes) {
        if (nowMs < notBeforeMs) {
            return false;
        }
        return replayed || nowMs - lastMs >= intervalMs || logBytes > Math.max(SMALLEST_LOG_BYTES, 2 * lastBytes);
    }

    void succeeded(long nowMs, long bytes) {
        replayed = false;
        lastMs = nowMs;
        lastBytes = bytes;
        retryMs = 0;
        notBeforeMs = Long.MIN_VALUE;
    }

    /** Returns after how many milliseconds the next attempt may come. */
    long failed(long nowMs) {
        retryMs = retryMs == 0 ? FIRST_RETRY_MS : Math.min(LAST_RETRY_MS, 2 * retryMs);
        notBeforeMs = nowMs + retryMs;
        return retryMs;
    }
}
