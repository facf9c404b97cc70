package io.engram.tsdb.head;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many series the instance holds and may hold, all tenants together: by their number, and by the memory that they and
 * their labels take, so that few series with very long labels cannot do what many cannot. Thread-safe.
 *
 * <p>The last tenth is for tenants that have less than an equal share: one tenant whose series explode does not take the
 * room that the others need for theirs.
 */
final class SeriesBudget {
    /** What a series is taken to need beside its labels: record, slot in the table, open chunk. */
    static final long BYTES_PER_SERIES = 400;

    /** What its labels are taken to need where nobody knows them yet. */
    static final long LABEL_BYTES_PER_SERIES = 300;

    private final long limit;
    private final long memoryBytes;
    private final AtomicLong used = new AtomicLong();
    private final AtomicLong indexBytes = new AtomicLong();
    private final AtomicLong indexTableBytes = new AtomicLong();
    private final AtomicInteger tenants = new AtomicInteger();

    /** @param memoryBytes that series and their labels may take */
    SeriesBudget(long limit, long memoryBytes) {
        this.limit = limit;
        this.memoryBytes = memoryBytes;
    }

    /**
     * Takes one series for a tenant that has so many, with labels and postings of so many bytes; false where there is no
     * room for it.
     */
    boolean tryTake(long tenantSeries, long tenantIndexBytes) {
        long series = used.incrementAndGet();
        if (room(series - 1, tenantSeries, tenantIndexBytes) > 0) {
            return true;
        }
        used.decrementAndGet();
        return false;
    }

    /** Series of usual size that a tenant may still add; at least 0. */
    long room(long tenantSeries, long tenantIndexBytes) {
        return room(used.get(), tenantSeries, tenantIndexBytes);
    }

    private long room(long series, long tenantSeries, long tenantIndexBytes) {
        int sharers = Math.max(1, tenants.get());
        long bytes = series * BYTES_PER_SERIES + indexBytes.get();
        long bySeries = room(limit, series, tenantSeries, sharers);
        long tenantBytes = tenantSeries * BYTES_PER_SERIES + tenantIndexBytes;
        long byBytes = room(memoryBytes, bytes, tenantBytes, sharers);
        return Math.min(bySeries, ceilDiv(byBytes));
    }

    /** A series is admitted while a byte is left: the last ones are not counted out against each other. */
    private static long ceilDiv(long bytes) {
        return Math.ceilDiv(bytes, BYTES_PER_SERIES + LABEL_BYTES_PER_SERIES);
    }

    /** What is left of {@code most} for one of several: all of nine tenths, of the rest up to its equal share. */
    private static long room(long most, long taken, long own, int sharers) {
        long open = most - most / 10 - taken;
        long toShare = most / sharers - own;
        return Math.max(0, Math.min(most - taken, Math.max(open, toShare)));
    }

    /** Takes whether there is room or not: recovery refuses nothing. */
    void take() {
        used.incrementAndGet();
    }

    void give(int count) {
        used.addAndGet(-count);
    }

    /**
     * The labels and postings of some tenant take so much more, or less.
     *
     * @param tableBytes the part of it that does not lie in slabs
     */
    void addIndexBytes(long bytes, long tableBytes) {
        indexBytes.addAndGet(bytes);
        indexTableBytes.addAndGet(tableBytes);
    }

    /** Another tenant has a head. */
    void addTenant() {
        tenants.incrementAndGet();
    }

    int tenants() {
        return tenants.get();
    }

    long used() {
        return used.get();
    }

    long limit() {
        return limit;
    }

    /** What the labels and postings of all tenants take outside slabs. */
    long indexTableBytes() {
        return indexTableBytes.get();
    }
}
