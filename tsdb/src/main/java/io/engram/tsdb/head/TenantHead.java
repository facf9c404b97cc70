package io.engram.tsdb.head;

import static io.engram.tsdb.head.SeriesRecord.FINGERPRINT_HI;
import static io.engram.tsdb.head.SeriesRecord.FINGERPRINT_LO;

import io.engram.model.TenantId;
import io.engram.model.labels.Label;
import io.engram.model.limits.Limits;
import io.engram.model.limits.LocalShare;
import io.engram.model.limits.TenantLimits;
import io.engram.model.limits.TenantUsage;
import io.engram.tsdb.index.LabelIndex;
import io.engram.tsdb.index.LabelView;
import io.engram.tsdb.slab.BlockSlab;
import io.engram.tsdb.slab.RecordSlab;
import java.util.Arrays;
import java.util.BitSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The series of one tenant. What is guarded by what:
 *
 * <ul>
 *   <li>a {@link Stripe}'s lock: its table, and the records and open chunks of its series;
 *   <li>the lock of the {@linkplain #wide wide} lane: what belongs to the tenant as a whole. Taken after stripes, if at all;
 *   <li>the index lock: creation and removal of series, the writer's side of the index. Taken before stripes, never
 *       after;
 *   <li>sealed chunks guard themselves.
 * </ul>
 */
final class TenantHead {
    private final TenantId tenant;
    private final TenantLimits limits;
    private final HeadMemory memory;
    private final Stripe[] stripes = new Stripe[Stripe.COUNT];
    private final Stripe wide = new Stripe(Stripe.WIDE);
    private final SeriesRecords records;
    private final BlockMarks blocks = new BlockMarks(this);
    private final LabelIndex index;
    private final ReplicaNumbers replicas; // guarded by indexLock
    private final Standbys standbys = new Standbys();
    private final HeadChunks chunks;
    private final ReentrantLock indexLock = new ReentrantLock();

    private int nextSeries; // guarded by indexLock
    private int seriesCount; // guarded by indexLock
    private long accountedIndexBytes; // guarded by indexLock: what the instance's budget knows of
    private long accountedTableBytes; // guarded by indexLock
    private volatile boolean refusesWrites;
    private final SeriesAdmission admission; // guarded by indexLock
    private final BitSet announcedPairs = new BitSet(); // guarded by indexLock: pairs that this run told the log of

    /** Series may exist that never got a sample: recovery may bring some. */
    private final AtomicBoolean emptySeriesNoted = new AtomicBoolean(true);

    private final Object timesLock = new Object();
    private volatile long newestMs = Long.MIN_VALUE; // written under timesLock
    private volatile long oldestMs = Long.MAX_VALUE; // written under timesLock
    private volatile long truncatedMs = Long.MIN_VALUE; // written under timesLock: all before is gone, or going

    TenantHead(TenantId tenant, TenantLimits limits, HeadMemory memory, HeadChunks chunks) {
        this.tenant = tenant;
        this.limits = limits;
        this.memory = memory;
        this.chunks = chunks;
        this.records = new SeriesRecords(memory.records());
        this.index = new LabelIndex(memory.bytes());
        this.replicas = new ReplicaNumbers(index);
        this.admission = new SeriesAdmission(index);
        Arrays.setAll(stripes, Stripe::new);
    }

    TenantId tenant() {
        return tenant;
    }

    HeadMemory memory() {
        return memory;
    }

    Stripe stripe(int number) {
        return stripes[number];
    }

    /** The lane of side stores that belong to the tenant as a whole; it has no series. */
    Stripe wide() {
        return wide;
    }

    /** By number: a stripe or the wide lane. */
    Stripe lane(int number) {
        return number == Stripe.WIDE ? wide : stripes[number];
    }

    BlockMarks blocks() {
        return blocks;
    }

    SeriesRecords records() {
        return records;
    }

    LabelIndex index() {
        return index;
    }

    /** Who numbers the replicas that the series come from. */
    ReplicaNumbers replicas() {
        return replicas;
    }

    /** Which of those replicas do not lead. */
    Standbys standbys() {
        return standbys;
    }

    /** Who decides about new series. */
    SeriesAdmission admission() {
        return admission;
    }

    /** The tenant's limits as they are now. */
    Limits limits() {
        return limits.of(tenant);
    }

    /** What of them this instance enforces. */
    LocalShare share() {
        return limits.share(tenant);
    }

    /** Tells the budget what labels and postings take now. The caller holds the index lock. */
    void account(SeriesBudget budget) {
        long bytes = index.ownBytes();
        long tableBytes = index.tableBytes();
        budget.addIndexBytes(bytes - accountedIndexBytes, tableBytes - accountedTableBytes);
        accountedIndexBytes = bytes;
        accountedTableBytes = tableBytes;
    }

    /** Nothing more is taken for the tenant while memory is full and it has more than its share. */
    void refuseWrites(boolean refuse) {
        refusesWrites = refuse;
    }

    boolean refusesWrites() {
        return refusesWrites;
    }

    /** What {@link #account} told last. The caller holds the index lock. */
    long accountedIndexBytes() {
        return accountedIndexBytes;
    }

    HeadChunks chunks() {
        return chunks;
    }

    ReentrantLock indexLock() {
        return indexLock;
    }

    /** The series with this fingerprint, or -1. The caller holds the stripe. */
    int find(Stripe stripe, long fingerprintHi, long fingerprintLo) {
        int slot = findSlot(stripe, fingerprintHi, fingerprintLo);
        return slot < 0 ? -1 : stripe.table.seriesAt(slot);
    }

    /** Its slot in the stripe's table, or -1. */
    int findSlot(Stripe stripe, long fingerprintHi, long fingerprintLo) {
        FingerprintTable table = stripe.table;
        int slot = table.firstSlot(fingerprintLo);
        while (slot >= 0) {
            int series = table.seriesAt(slot);
            int extent = records.extent(series);
            long[] page = records.page(extent);
            int at = RecordSlab.offset(extent, series);
            if (page[at + FINGERPRINT_LO] == fingerprintLo && page[at + FINGERPRINT_HI] == fingerprintHi) {
                return slot;
            }
            slot = table.nextSlot(slot, fingerprintLo);
        }
        return -1;
    }

    /** The number that the next series gets. The caller holds the index lock. */
    int nextSeries() {
        return nextSeries;
    }

    /** No series gets a number below this any more; for recovery. */
    void continueAt(int series) {
        nextSeries = Math.max(nextSeries, series);
    }

    /**
     * Creates a series that does not exist, as yet unannounced. The caller holds the index lock.
     *
     * @param series at least {@link #nextSeries}
     * @param labels canonical bytes
     * @return how many labels it has
     */
    int addSeries(int series, long fingerprintHi, long fingerprintLo, byte[] labels, int offset, int length) {
        int count = index.addSeries(series, labels, offset, length);
        addRecord(series, fingerprintHi, fingerprintLo);
        return count;
    }

    /** Creates a series whose pairs the index knows: recovery. */
    void addSeries(int series, long fingerprintHi, long fingerprintLo, int[] pairIds, int count) {
        index.addSeries(series, pairIds, 0, count);
        addRecord(series, fingerprintHi, fingerprintLo);
    }

    private void addRecord(int series, long fingerprintHi, long fingerprintLo) {
        nextSeries = series + 1;
        seriesCount++;
        int extent = records.add(series);
        int replica = replicas.added(series, limits());
        SeriesRecord.init(
                records.page(extent), RecordSlab.offset(extent, series), fingerprintHi, fingerprintLo, replica);
        Stripe stripe = stripes[Stripe.of(fingerprintHi)];
        stripe.lock.lock();
        try {
            stripe.table.add(fingerprintLo, series);
        } finally {
            stripe.lock.unlock();
        }
    }

    /** Whether the log is yet to be told of the pair; from now on it is. The caller holds the index lock. */
    boolean announcePair(int pairId) {
        if (announcedPairs.get(pairId)) {
            return false;
        }
        announcedPairs.set(pairId);
        return true;
    }

    /** Series that exist. */
    int seriesCount() {
        indexLock.lock();
        try {
            return seriesCount;
        } finally {
            indexLock.unlock();
        }
    }

    /** The caller holds the index lock. */
    void noteRemoved(int count) {
        seriesCount -= count;
    }

    /** Series were created whose samples may all have been refused. */
    void noteEmptySeries() {
        emptySeriesNoted.set(true);
    }

    /** Whether that was noted since the last call. */
    boolean takeEmptySeriesNoted() {
        return emptySeriesNoted.getAndSet(false);
    }

    /** Locks all stripes, in order; the caller holds the index lock and no stripe. */
    void lockStripes() {
        for (Stripe stripe : stripes) {
            stripe.lock.lock();
        }
    }

    void unlockStripes() {
        for (Stripe stripe : stripes) {
            stripe.lock.unlock();
        }
    }

    /** Timestamp of the newest sample, Long.MIN_VALUE where there is none. */
    long newestMs() {
        return newestMs;
    }

    /** Timestamp of the oldest sample that may be there, Long.MAX_VALUE where there is none. */
    long oldestMs() {
        return oldestMs;
    }

    /** Samples older than this are refused: retention, measured against the newest sample. */
    long cutMs() {
        long newest = newestMs;
        long retentionMs = limits().retention().toMillis();
        if (retentionMs == 0 || newest == Long.MIN_VALUE || newest < Long.MIN_VALUE + retentionMs) {
            return truncatedMs;
        }
        return Math.max(truncatedMs, newest - retentionMs);
    }

    /** How much older than the newest of its series a sample may be. */
    long lateWindowMs() {
        return limits.of(tenant).outOfOrderTimeWindow().toMillis();
    }

    /** Takes note of the times of samples that were stored. */
    void noteTimes(long oldest, long newest) {
        if (newest > newestMs || oldest < oldestMs) {
            synchronized (timesLock) {
                newestMs = Math.max(newestMs, newest);
                oldestMs = Math.min(oldestMs, oldest);
            }
        }
    }

    /** Samples before {@code cutMs} are not seen any more. */
    void truncate(long cutMs) {
        synchronized (timesLock) {
            truncatedMs = Math.max(truncatedMs, cutMs);
            if (oldestMs != Long.MAX_VALUE) {
                oldestMs = Math.max(oldestMs, cutMs);
            }
        }
    }

    /** Nothing before {@code beforeMs} is here any more, unless somebody says otherwise from now on. */
    void noteReleased(long beforeMs) {
        synchronized (timesLock) {
            if (oldestMs != Long.MAX_VALUE) {
                oldestMs = Math.max(oldestMs, beforeMs);
            }
        }
    }

    HeadSpan span() {
        return new HeadSpan(oldestMs, newestMs, blocks.endMs(), blocks.unshippedMs());
    }

    /** Lets side stores drop what is before {@code cutMs}. */
    void truncateSides(long cutMs) {
        for (int lane = 0; lane < Stripe.LANES; lane++) {
            Stripe stripe = lane(lane);
            stripe.lock.lock();
            try {
                stripe.side.truncate(cutMs);
            } finally {
                stripe.lock.unlock();
            }
        }
    }

    /** Lets the stores of late samples drop what is before {@code beforeMs}, where nothing has come since it is in blocks. */
    void releaseSides(long beforeMs) {
        for (Stripe stripe : stripes) {
            stripe.lock.lock();
            try {
                if (stripe.sinceBlocksMs >= beforeMs) {
                    stripe.side.truncate(SideKind.LATE, beforeMs);
                    stripe.side.truncate(SideKind.LATE_HISTOGRAMS, beforeMs);
                }
            } finally {
                stripe.lock.unlock();
            }
        }
    }

    long truncatedMs() {
        return truncatedMs;
    }

    /** What this tenant has of what its limits count. */
    TenantUsage usage(SeriesBudget budget) {
        LabelView.ValueCount biggest;
        try (var view = index.view()) {
            biggest = view.mostFrequent(Label.METRIC_NAME);
        }
        TenantExtraStats extras = new HeadExtras(this).stats();
        indexLock.lock();
        try {
            return new TenantUsage(
                    seriesCount,
                    admission.budgetSeries(limits().seriesBudgets()),
                    biggest.value(),
                    biggest.series(),
                    extras.exemplars(),
                    extras.metadataMetrics(),
                    budget.used(),
                    budget.room(seriesCount, accountedIndexBytes));
        } finally {
            indexLock.unlock();
        }
    }

    /** What this tenant holds; takes each stripe's lock for a moment. */
    TenantHeadStats stats() {
        long samples = 0;
        long blocks = 0;
        long sealed = 0;
        long open = 0;
        long tableBytes = 0;
        long late = 0;
        long histograms = 0;
        long sideBytes = 0;
        for (int lane = 0; lane < Stripe.LANES; lane++) {
            Stripe stripe = lane(lane);
            stripe.lock.lock();
            try {
                samples += stripe.samples;
                blocks += stripe.blocks;
                sealed += stripe.sealedChunks;
                open += stripe.openChunks;
                tableBytes += stripe.table.bytes();
                late += stripe.lateSamples;
                histograms += stripe.histograms;
                sideBytes += stripe.side.bytes();
            } finally {
                stripe.lock.unlock();
            }
        }
        int series;
        long recordBytes;
        long chunkBytes = blocks * BlockSlab.BLOCK_BYTES;
        indexLock.lock();
        try {
            series = seriesCount;
            recordBytes = records.bytes() + announcedPairs.size() / 8;
            chunkBytes += records.chunkBytes();
        } finally {
            indexLock.unlock();
        }
        return new TenantHeadStats(
                tenant,
                series,
                samples,
                late,
                histograms,
                open,
                sealed,
                newestMs == Long.MIN_VALUE ? Long.MAX_VALUE : oldestMs,
                newestMs,
                recordBytes,
                tableBytes,
                chunkBytes,
                sideBytes,
                index.bytes(),
                chunks.bufferBytes(),
                chunks.sizeBytes(),
                chunks.damagedChunks());
    }
}
