package io.engram.tsdb.head;

/** Hears from side stores when one series has chunks in the range of a select. Reused from series to series. */
final class SideTimes {
    /** The range that is asked for, both ends included. */
    final long fromMs;

    final long toMs;

    int chunks;
    long minMs;
    long maxMs;

    SideTimes(long fromMs, long toMs) {
        this.fromMs = fromMs;
        this.toMs = toMs;
    }

    void clear() {
        chunks = 0;
        minMs = Long.MAX_VALUE;
        maxMs = Long.MIN_VALUE;
    }

    /** A chunk with samples in {@code [firstMs, lastMs]}; counts where that overlaps the range. */
    void add(long firstMs, long lastMs) {
        if (firstMs <= toMs && lastMs >= fromMs) {
            chunks++;
            minMs = Math.min(minMs, firstMs);
            maxMs = Math.max(maxMs, lastMs);
        }
    }
}
