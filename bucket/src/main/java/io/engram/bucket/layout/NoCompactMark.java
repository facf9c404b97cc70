package io.engram.bucket.layout;

import io.engram.model.block.BlockId;

/**
 * Keeps a block out of compactions; it is still queried.
 *
 * @param timeS when it was marked, seconds since the Unix epoch
 * @param reason one of Thanos' and Mimir's words, such as {@link #CRITICAL}
 * @param details for people; may be empty
 */
public record NoCompactMark(BlockId id, long timeS, String reason, String details) {
    public static final String MANUAL = "manual";
    public static final String INDEX_SIZE_EXCEEDING = "index-size-exceeding";
    public static final String OUT_OF_ORDER_CHUNK = "block-index-out-of-order-chunk";
    public static final String CRITICAL = "critical";
}
