package io.engram.tsdb.head;

import static io.engram.tsdb.head.SeriesRecord.FINGERPRINT_HI;
import static io.engram.tsdb.head.SeriesRecord.FINGERPRINT_LO;
import static io.engram.tsdb.head.SeriesRecord.STATE;

import io.engram.model.read.ChunkBatch;
import io.engram.model.read.SeriesTable;
import io.engram.tsdb.slab.RecordSlab;
import java.util.concurrent.atomic.AtomicReference;

/**
 * The series that a select found. Samples that arrive later are seen by later fetches; those of one request for one series
 * all or not at all. Safe for many threads, each with a batch of its own.
 */
public final class HeadSelection implements AutoCloseable {
    static final HeadSelection EMPTY =
            new HeadSelection(null, SeriesTable.EMPTY, new int[0], Long.MIN_VALUE, Long.MAX_VALUE);

    private final TenantHead head; // null where the tenant has no head
    private final SeriesTable table;
    private final int[] numbers;
    private final long minMs;
    private final long maxMs;
    /** What the last fetch worked with, for the next one: arrays that have grown to what the series need. */
    private final AtomicReference<ChunkFetch> idle = new AtomicReference<>();

    HeadSelection(TenantHead head, SeriesTable table, int[] numbers, long minMs, long maxMs) {
        this.head = head;
        this.table = table;
        this.numbers = numbers;
        this.minMs = minMs;
        this.maxMs = maxMs;
    }

    /** What was found; {@code chunkCount} is an estimate, the chunks are counted when they are fetched. */
    public SeriesTable series() {
        return table;
    }

    /**
     * Brings the chunks that overlap the asked range, of the series {@code ordinals[from .. to)} of {@link #series}, in
     * that order, into {@code into}, which is cleared first. A series that has gone since brings no chunks.
     */
    public void fetch(int[] ordinals, int from, int to, ChunkBatch into) {
        into.clear();
        if (head == null || from >= to) {
            return;
        }
        ChunkFetch fetch = idle.getAndSet(null);
        if (fetch == null || !fetch.serves(minMs, to - from)) {
            fetch = new ChunkFetch(head, this, minMs, maxMs, to - from);
        }
        fetch.fetch(ordinals, from, to, into);
        idle.set(fetch);
    }

    /**
     * Says when the counting of the series {@code ordinals[from .. to)} began, as their senders said, in that order; runs
     * are not cut to the asked range. {@code into} is cleared first. A series that has gone since has none.
     */
    public void starts(int[] ordinals, int from, int to, StartRuns into) {
        into.clear();
        for (int k = from; k < to; k++) {
            addStarts(ordinals[k], into);
            into.endSeries();
        }
    }

    private void addStarts(int ordinal, StartRuns into) {
        Stripe stripe = head.stripe(Stripe.of(fingerprintHi(ordinal)));
        stripe.lock.lock();
        try {
            int extent = head.records().extent(numbers[ordinal]);
            if (extent == RecordSlab.NONE) {
                return;
            }
            long[] page = head.records().page(extent);
            int at = RecordSlab.offset(extent, numbers[ordinal]);
            if (matches(ordinal, page, at) && (page[at + STATE] & SideKind.STARTS.flag) != 0) {
                into.reserve(StartStore.MAX_RUNS);
                into.runCount +=
                        stripe.side.starts(head).copy(numbers[ordinal], into.fromMs, into.startMs, into.runCount);
            }
        } finally {
            stripe.lock.unlock();
        }
    }

    int number(int ordinal) {
        return numbers[ordinal];
    }

    long fingerprintHi(int ordinal) {
        return table.fingerprintHi()[ordinal];
    }

    long fingerprintLo(int ordinal) {
        return table.fingerprintLo()[ordinal];
    }

    /** Whether the record at this place is that of the series; the caller holds the stripe. */
    boolean matches(int ordinal, long[] page, int at) {
        return page[at + FINGERPRINT_LO] == fingerprintLo(ordinal)
                && page[at + FINGERPRINT_HI] == fingerprintHi(ordinal);
    }

    @Override
    public void close() {
        idle.set(null);
    }
}
