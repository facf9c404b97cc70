package io.engram.tsdb.wal;

import java.time.Duration;

/**
 * How a {@link WriteAheadLog} writes.
 *
 * @param sync what an acknowledgement waits for
 * @param syncInterval how long a record stays without fdatasync at most, when nobody waits for it
 * @param segmentBytes size at which a new segment begins; a segment exceeds it by less than one record, or by its
 *     prologue
 * @param bufferBytes memory for records that are not yet synced, a power of two; appends wait when it is full. A record
 *     may take a quarter of it.
 * @param appendTimeout how long an append waits for room before it refuses
 * @param retryInterval how often a log that cannot write tries again
 */
public record WalOptions(
        SyncMode sync,
        Duration syncInterval,
        long segmentBytes,
        int bufferBytes,
        Duration appendTimeout,
        Duration retryInterval) {
    public static final WalOptions DEFAULTS = new WalOptions(
            SyncMode.COMMIT,
            Duration.ofMillis(100),
            128L << 20,
            32 << 20,
            Duration.ofSeconds(5),
            Duration.ofSeconds(1));

    private static final int MAX_ROOM_BYTES = 1 << 20;

    public WalOptions {
        positive(syncInterval, "syncInterval");
        positive(appendTimeout, "appendTimeout");
        positive(retryInterval, "retryInterval");
        if (segmentBytes < SegmentFormat.PAGE_BYTES || segmentBytes > 1L << 40) {
            throw new IllegalArgumentException("segmentBytes is " + segmentBytes + ", must be 32 KiB to 1 TiB");
        }
        if (bufferBytes < 4096 || Integer.bitCount(bufferBytes) != 1) {
            throw new IllegalArgumentException("bufferBytes is " + bufferBytes + ", must be a power of two from 4096");
        }
    }

    private static void positive(Duration duration, String name) {
        if (duration.isNegative() || duration.isZero()) {
            throw new IllegalArgumentException(name + " is " + duration + ", must be more than zero");
        }
    }

    public WalOptions withSync(SyncMode mode) {
        return new WalOptions(mode, syncInterval, segmentBytes, bufferBytes, appendTimeout, retryInterval);
    }

    public WalOptions withSegmentBytes(long bytes) {
        return new WalOptions(sync, syncInterval, bytes, bufferBytes, appendTimeout, retryInterval);
    }

    public WalOptions withBufferBytes(int bytes) {
        return new WalOptions(sync, syncInterval, segmentBytes, bytes, appendTimeout, retryInterval);
    }

    public WalOptions withAppendTimeout(Duration timeout) {
        return new WalOptions(sync, syncInterval, segmentBytes, bufferBytes, timeout, retryInterval);
    }

    public WalOptions withRetryInterval(Duration interval) {
        return new WalOptions(sync, syncInterval, segmentBytes, bufferBytes, appendTimeout, interval);
    }

    /**
     * Room that a segment keeps behind its end: where each batch is synced by itself, and syncs are what it costs. Else
     * writing every byte twice would be for nothing.
     */
    int roomBytes() {
        return sync == SyncMode.COMMIT ? (int) Math.min(MAX_ROOM_BYTES, segmentBytes / 4) : 0;
    }

    /** The longest record that {@link WriteAheadLog#append} takes, in bytes. */
    public int maxRecordBytes() {
        return bufferBytes / 4;
    }
}
