package io.engram.distributor.ha;

import java.util.concurrent.atomic.AtomicLong;

/**
 * The memory for held writes of all clusters. One gets no more than it leaves free, so a cluster whose leader lags for long
 * leaves room for the others: n such clusters get an (n+1)th each. Safe for all threads.
 */
final class HeldBytes {
    private final long maxBytes;
    private final AtomicLong used = new AtomicLong();

    HeldBytes(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /**
     * Reserves {@code bytes} for a cluster that has {@code present} already; the caller releases the same number.
     *
     * @return false where there is no room
     */
    boolean reserve(long present, long bytes) {
        long before = used.getAndAdd(bytes);
        if (present + bytes <= maxBytes - before - bytes) {
            return true;
        }
        used.addAndGet(-bytes);
        return false;
    }

    void release(long bytes) {
        used.addAndGet(-bytes);
    }

    long usedBytes() {
        return used.get();
    }
}
