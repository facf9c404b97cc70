package io.engram.tsdb.head;

/**
 * Which times a tenant's head has samples of.
 *
 * @param oldestMs of the oldest that may be there; {@link Long#MAX_VALUE} where there is none
 * @param newestMs of the newest; {@link Long#MIN_VALUE} where there is none
 * @param blockEndMs blocks have been begun up to here, excluded; {@link Long#MIN_VALUE} for none
 * @param unshippedMs of the oldest before {@code blockEndMs} that came too late for the blocks; {@link Long#MAX_VALUE} for
 *     none
 */
public record HeadSpan(long oldestMs, long newestMs, long blockEndMs, long unshippedMs) {
    public boolean isEmpty() {
        return newestMs == Long.MIN_VALUE;
    }
}
