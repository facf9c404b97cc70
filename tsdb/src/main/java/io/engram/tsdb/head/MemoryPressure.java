package io.engram.tsdb.head;

/**
 * How much memory the heads take of what they may, measured now and then, and what follows: where it is {@link #tight},
 * chunks are sealed early; where it is {@link #full}, tenants that have more than an equal share are refused until it is
 * not. Admission of series counts on usual samples; this holds where they are not. Thread-safe.
 */
final class MemoryPressure {
    private final long limitBytes;
    private volatile long usedBytes;

    MemoryPressure(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /** Takes note of what is used now. */
    void measured(long bytes) {
        usedBytes = bytes;
    }

    /** Chunks must not get as long as they might. */
    boolean tight() {
        return usedBytes > limitBytes - limitBytes / 5;
    }

    /** Nothing more can be taken of those who have most. */
    boolean full() {
        return usedBytes > limitBytes;
    }

    long usedBytes() {
        return usedBytes;
    }

    long limitBytes() {
        return limitBytes;
    }
}
