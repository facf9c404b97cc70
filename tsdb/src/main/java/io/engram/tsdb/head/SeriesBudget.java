package io.engram.tsdb.head;

import java.util.concurrent.atomic.AtomicLong;

/** How many series the instance holds and may hold, all tenants together. Thread-safe. */
final class SeriesBudget {
    private final long limit;
    private final AtomicLong used = new AtomicLong();

    SeriesBudget(long limit) {
        this.limit = limit;
    }

    boolean tryTake() {
        if (used.incrementAndGet() > limit) {
            used.decrementAndGet();
            return false;
        }
        return true;
    }

    /** Takes whether there is room or not: recovery refuses nothing. */
    void take() {
        used.incrementAndGet();
    }

    void give(int count) {
        used.addAndGet(-count);
    }

    long used() {
        return used.get();
    }

    long limit() {
        return limit;
    }
}
