package io.engram.tsdb.cut;

import io.engram.tsdb.head.HeadSpan;

/**
 * Up to where a head is due to be cut into blocks. A pure function of what the head has and of the time.
 *
 * <p>Ranges are two hours, aligned to the epoch. The oldest is due when the head spans one and a half of them beyond its
 * begin, so that what comes late finds the head still open; all are due where the tenant has been idle.
 */
public final class CutPlan {
    public static final long RANGE_MS = 2 * 3_600_000;
    /** Old data comes in larger blocks, so that sparse times do not make a hundred thousand small ones. */
    public static final long OLD_RANGE_MS = 12 * RANGE_MS;

    private CutPlan() {}

    /**
     * The end of what is due, excluded; {@link Long#MIN_VALUE} for nothing.
     *
     * @param jitterMs the head may wait so much longer: not all tenants are cut at once
     * @param idleSinceMs no sample newer than this is expected any more; {@link Long#MIN_VALUE} while the tenant is not idle
     */
    public static long dueMs(HeadSpan span, long jitterMs, long idleSinceMs) {
        if (span.isEmpty()) {
            return Long.MIN_VALUE;
        }
        if (span.newestMs() < idleSinceMs) {
            return endOf(span.newestMs());
        }
        long spareMs = RANGE_MS / 2 + jitterMs;
        if (span.newestMs() < Long.MIN_VALUE + spareMs) {
            return Long.MIN_VALUE;
        }
        return startOf(span.newestMs() - spareMs);
    }

    /** Where the two hours begin that a time lies in. */
    public static long startOf(long timeMs) {
        return timeMs - Math.floorMod(timeMs, RANGE_MS);
    }

    /** Where they end, excluded. */
    public static long endOf(long timeMs) {
        return startOf(timeMs) + RANGE_MS;
    }

    /**
     * The end of the range that begins at {@code startMs}: two hours, or up to the next day where all of that is more than
     * a day old.
     *
     * @param startMs a multiple of two hours
     * @param newestMs the head's newest sample
     */
    public static long rangeEnd(long startMs, long newestMs) {
        long dayEndMs = startMs - Math.floorMod(startMs, OLD_RANGE_MS) + OLD_RANGE_MS;
        return dayEndMs <= newestMs - OLD_RANGE_MS ? dayEndMs : startMs + RANGE_MS;
    }
}
