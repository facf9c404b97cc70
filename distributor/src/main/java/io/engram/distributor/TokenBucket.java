package io.engram.distributor;

/**
 * How fast one tenant may send: tokens are samples, in thousandths, so that milliseconds bring whole numbers of them.
 * What is larger than the bucket is taken when the bucket is full, and paid off before anything else is taken; so the
 * rate holds on average and no request waits for ever. Safe for all threads.
 */
final class TokenBucket {
    private static final long UNIT = 1000;
    /** Seconds of the rate that the bucket holds where its size is not configured. */
    private static final int DEFAULT_SECONDS = 10;

    private long rate; // guarded by this, as all
    private long capacity;
    private long tokens;
    private long filledAtMs;

    /** Samples that may come at once. */
    static long burst(int rate, int configuredBurst) {
        return configuredBurst > 0 ? configuredBurst : (long) DEFAULT_SECONDS * rate;
    }

    /**
     * Takes tokens, or none at all.
     *
     * @param rate tokens a second, above 0; where it or {@code burst} is another than before, the bucket is as full as
     *     it was
     * @return whether they were there
     */
    synchronized boolean take(long count, int rate, long burst, long nowMs) {
        fill(rate, burst * UNIT, nowMs);
        long wanted = count * UNIT;
        if (tokens < Math.min(wanted, capacity)) {
            return false;
        }
        tokens -= wanted;
        return true;
    }

    /** How many could be taken now; 0 while something larger than the bucket is paid off. */
    synchronized long left(int rate, long burst, long nowMs) {
        fill(rate, burst * UNIT, nowMs);
        return Math.max(0, tokens / UNIT);
    }

    private void fill(int newRate, long newCapacity, long nowMs) {
        if (capacity == 0) {
            tokens = newCapacity;
        } else {
            // A clock that was set back brings nothing and takes nothing.
            long elapsedMs = Math.max(0, nowMs - filledAtMs);
            long untilFullMs = (capacity - tokens) / rate + 1;
            tokens = Math.min(capacity, tokens + Math.min(elapsedMs, untilFullMs) * rate);
        }
        filledAtMs = nowMs;
        rate = newRate;
        capacity = newCapacity;
        tokens = Math.min(tokens, capacity);
    }
}
