package io.engram.tsdb.head;

import io.engram.model.TenantId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.labels.Label;
import io.engram.model.labels.Matcher;
import io.engram.model.limits.LabelSetBudgets;
import io.engram.model.limits.TenantLimits;
import io.engram.model.limits.TenantUsage;
import io.engram.model.metadata.MetricMetadata;
import io.engram.model.read.SeriesExemplars;
import io.engram.model.replica.ActivityTable;
import io.engram.model.time.Clock;
import io.engram.model.write.WriteBatch;
import io.engram.tsdb.wal.DirectoryFolder;
import io.engram.tsdb.wal.LogFolder;
import io.engram.tsdb.wal.SegmentPrologue;
import io.engram.tsdb.wal.WriteAheadLog;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.roaringbitmap.RoaringBitmap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The recent samples of all tenants of an ingester: in memory, in its log and in its files of sealed chunks. All methods
 * may be called by any thread.
 */
public final class Heads implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Heads.class);

    private final Path chunkDir;
    private final TenantLimits limits;
    private final HeadMemory memory;
    private final ConcurrentHashMap<TenantId, TenantHead> tenants = new ConcurrentHashMap<>();
    private final SeriesBudget budget;
    private final int tenantLimit;
    private final WriteAheadLog wal;
    private final HeadLog log;
    private final AppenderPool appenders;
    private final RecoveryReport recovery;
    private final HeadCheckpoints checkpoints;
    private final HeadMaintenance maintenance;

    private Heads(Path dir, HeadConfig config, TenantLimits limits, Clock clock, RecoveryProgress progress)
            throws IOException {
        this.chunkDir = dir.resolve("chunks");
        this.limits = limits;
        long heapBytes = Runtime.getRuntime().maxMemory();
        this.budget = new SeriesBudget(config.seriesLimit(heapBytes), config.seriesMemoryBytes(heapBytes));
        this.memory = new HeadMemory(config.memoryLimit(heapBytes));
        this.tenantLimit = config.tenantLimit(heapBytes);
        LogFolder folder = new DirectoryFolder(dir.resolve("wal"));
        Recovery recovered = new Recovery(folder, this::recoverHead, budget, (done, total) -> {
            memory.measure(budget);
            progress.at(done, total);
        });
        this.recovery = recovered.run();
        tenants.values().forEach(head -> head.account(budget)); // nobody else is here yet
        deleteChunksOfOthers();
        this.wal =
                WriteAheadLog.open(folder, config.walOptions(), SegmentPrologue.NONE, recovered.checkpointPosition());
        this.log = new HeadLog(wal);
        log.append(new byte[] {Recovery.NEW_RUN}, 1);
        this.appenders = new AppenderPool(() -> new BatchAppender(memory, log, budget));
        this.checkpoints = new HeadCheckpoints(
                folder,
                wal,
                log,
                tenants::values,
                clock,
                config.checkpointInterval().toMillis(),
                recovered);
        this.maintenance = new HeadMaintenance(
                tenants::values,
                limits,
                budget,
                memory,
                checkpoints,
                clock,
                config.idleSeriesTimeout().toMillis());
    }

    /**
     * Opens the heads in a folder, with all that was acknowledged before; returns when they are ready. Damage costs what
     * it hit, see {@link HeadStats#recovery}.
     *
     * @param dir belongs to this process alone; created where it is missing
     * @param progress hears how far recovery is, on this thread
     * @throws IOException where the folder cannot be read or written
     */
    public static Heads open(Path dir, HeadConfig config, TenantLimits limits, Clock clock, RecoveryProgress progress)
            throws IOException {
        return new Heads(dir, config, limits, clock, progress);
    }

    private TenantHead recoverHead(TenantId tenant, HeadChunks.Extent extent) throws IOException {
        TenantHead head =
                new TenantHead(tenant, limits, memory, HeadChunks.open(chunkDir.resolve(tenant.value()), extent));
        tenants.put(tenant, head);
        budget.addTenant();
        return head;
    }

    /** Files of tenants that recovery knows nothing of: all their samples were newer than the last whole record. */
    private void deleteChunksOfOthers() throws IOException {
        if (Files.isDirectory(chunkDir)) {
            try (var listed = Files.list(chunkDir)) {
                for (Path path : (Iterable<Path>) listed::iterator) {
                    if (tenants.values().stream()
                            .noneMatch(head ->
                                    chunkDir.resolve(head.tenant().value()).equals(path))) {
                        HeadChunks.open(path, HeadChunks.Extent.NONE);
                    }
                }
            }
        }
    }

    /** Starts the thread that writes checkpoints, drops what is behind the retention, and seals idle series. */
    public void start() {
        maintenance.start();
    }

    /**
     * Appends a batch. On return its samples can be selected, and are in the log's buffer; the batch is the caller's
     * again.
     *
     * @throws io.engram.model.failure.Failure where nothing was taken: the log cannot be written, or there is no room for
     *     another tenant
     */
    public PendingAppend append(WriteBatch batch) {
        log.checkAvailable();
        TenantHead head = tenants.get(batch.tenant);
        if (head == null) {
            head = tenants.computeIfAbsent(batch.tenant, this::newHead);
        }
        if (head.refusesWrites()) {
            throw new Failure(
                    ErrorId.INSTANCE_MEMORY_LIMIT,
                    "tenant " + batch.tenant + ": the recent samples of all tenants take "
                            + memory.pressure().usedBytes() + " bytes and may take "
                            + memory.pressure().limitBytes()
                            + " (ingester.max-memory), and this tenant has more than an equal share of them");
        }
        BatchAppender appender = appenders.take();
        try {
            return appender.append(head, batch);
        } finally {
            appenders.give(appender);
        }
    }

    private TenantHead newHead(TenantId tenant) {
        if (budget.tenants() >= tenantLimit) {
            throw new Failure(
                    ErrorId.INSTANCE_TENANT_LIMIT,
                    "tenant " + tenant + " is new here, and this instance holds " + budget.tenants()
                            + " tenants and may hold " + tenantLimit + " (ingester.max-tenants)");
        }
        budget.addTenant();
        return new TenantHead(tenant, limits, memory, new HeadChunks(chunkDir.resolve(tenant.value())));
    }

    /**
     * Finds the series that pass every matcher and have samples in {@code [minMs, maxMs]}, both included, by the
     * granularity of chunks.
     */
    public HeadSelection select(TenantId tenant, List<Matcher> matchers, long minMs, long maxMs) {
        TenantHead head = tenants.get(tenant);
        return head == null ? HeadSelection.EMPTY : new SeriesSelect(head, minMs, maxMs).select(matchers);
    }

    /** The names of labels on the series that {@link #select} would find, sorted by their UTF-8 bytes. */
    public List<String> labelNames(TenantId tenant, List<Matcher> matchers, long minMs, long maxMs) {
        TenantHead head = tenants.get(tenant);
        if (head == null) {
            return List.of();
        }
        try (var view = head.index().view()) {
            RoaringBitmap found = new SeriesSelect(head, minMs, maxMs).withSamples(view.select(matchers));
            return view.labelNames(found);
        }
    }

    /** The values of label {@code name} on the series that {@link #select} would find, sorted by their UTF-8 bytes. */
    public List<String> labelValues(TenantId tenant, String name, List<Matcher> matchers, long minMs, long maxMs) {
        TenantHead head = tenants.get(tenant);
        if (head == null) {
            return List.of();
        }
        try (var view = head.index().view()) {
            RoaringBitmap found = new SeriesSelect(head, minMs, maxMs).withSamples(view.select(matchers));
            return view.labelValues(name, found);
        }
    }

    /**
     * Exemplars with times in {@code [minMs, maxMs]}, both included, of the series that pass all matchers of any of the
     * selectors; each series once, in no particular order.
     */
    public List<SeriesExemplars> exemplars(TenantId tenant, List<List<Matcher>> selectors, long minMs, long maxMs) {
        TenantHead head = tenants.get(tenant);
        return head == null ? List.of() : new HeadExtras(head).exemplars(selectors, minMs, maxMs);
    }

    /** What senders said of a metric, or of all where it is empty: the entries of each together, the last told first. */
    public List<MetricMetadata> metadata(TenantId tenant, String metric) {
        TenantHead head = tenants.get(tenant);
        return head == null ? List.of() : new HeadExtras(head).metadata(metric);
    }

    /** What a tenant's head has besides samples; null where it has none. */
    public TenantExtraStats extraStats(TenantId tenant) {
        TenantHead head = tenants.get(tenant);
        return head == null ? null : new HeadExtras(head).stats();
    }

    /** How much each replica of a tenant sent, as far as the head remembers; empty where there are none. */
    public ActivityTable activity(TenantId tenant) {
        return activity(tenant, Long.MIN_VALUE, Long.MAX_VALUE);
    }

    /** The same, of the windows that {@code [minMs, maxMs]} touches, both included. */
    public ActivityTable activity(TenantId tenant, long minMs, long maxMs) {
        TenantHead head = tenants.get(tenant);
        return head == null ? ActivityTable.EMPTY : new HeadActivity(head).table(minMs, maxMs);
    }

    /** When the newest sample of each replica in {@link #activity} is, in no particular order. */
    public List<ReplicaNewest> replicaNewest(TenantId tenant) {
        TenantHead head = tenants.get(tenant);
        return head == null ? List.of() : new HeadActivity(head).newest();
    }

    /** Series of a tenant that {@link #activity} leaves out because they came from more replicas than it counts. */
    public long uncountedReplicaSeries(TenantId tenant) {
        TenantHead head = tenants.get(tenant);
        return head == null ? 0 : new HeadActivity(head).uncountedSeries();
    }

    /** Counts a tenant's series; null where it has no head. */
    public TenantCardinality cardinality(TenantId tenant) {
        TenantHead head = tenants.get(tenant);
        return head == null ? null : new TenantCardinality(head);
    }

    /** The tenants that have a head, in no particular order. */
    public List<TenantId> tenants() {
        return List.copyOf(tenants.keySet());
    }

    /** Why appends are refused now, whatever they bring; null where they are not. */
    public String refusal() {
        try {
            wal.checkAvailable();
            return null;
        } catch (Failure e) {
            return e.getMessage();
        }
    }

    /** What the heads of all tenants share; cheap enough for every scrape. */
    public HeadStats stats() {
        return new HeadStats(
                budget.used(),
                budget.limit(),
                memory.records().reservedBytes()
                        + memory.blocks().reservedBytes()
                        + memory.bytes().reservedBytes(),
                memory.pressure().usedBytes(),
                memory.pressure().limitBytes(),
                checkpoints.count(),
                checkpoints.failures(),
                checkpoints.lastMs(),
                checkpoints.lastBytes(),
                wal.stats(),
                recovery);
    }

    /** What each tenant's head holds. */
    public List<TenantHeadStats> tenantStats() {
        return tenants.values().stream().map(TenantHead::stats).toList();
    }

    /** What a tenant's head holds; null where it has none. */
    public TenantHeadStats stats(TenantId tenant) {
        TenantHead head = tenants.get(tenant);
        return head == null ? null : head.stats();
    }

    /** What a tenant has of what its limits count. */
    public TenantUsage usage(TenantId tenant) {
        TenantHead head = tenants.get(tenant);
        if (head == null) {
            LabelSetBudgets budgets = limits.of(tenant).seriesBudgets();
            return new TenantUsage(
                    0, Collections.nCopies(budgets.size(), 0), "", 0, 0, 0, budget.used(), budget.room(0, 0));
        }
        return head.usage(budget);
    }

    /** The times of a tenant's samples; null where it has no head. */
    public HeadSpan span(TenantId tenant) {
        TenantHead head = tenants.get(tenant);
        return head == null ? null : head.span();
    }

    /**
     * The caller is about to write blocks of all that is before {@code endMs}: every sample stored so far can be selected,
     * and those that come from now on are noted.
     *
     * @return the oldest sample noted since the last call, before that call's {@code endMs}; {@link Long#MAX_VALUE} for none.
     *     Blocks from there on are to be written again
     */
    public long beginBlocks(TenantId tenant, long endMs) {
        TenantHead head = tenants.get(tenant);
        return head == null ? Long.MAX_VALUE : head.blocks().begin(endMs);
    }

    /** All blocks that {@link #beginBlocks} asked for can be queried. */
    public void blocksShipped(TenantId tenant) {
        TenantHead head = tenants.get(tenant);
        if (head != null) {
            head.blocks().shipped();
        }
    }

    /**
     * Queries need the head no more for what is before {@code beforeMs}: it goes from memory and disk. False where nothing
     * went, for example because samples have come that are in no block yet.
     */
    public boolean release(TenantId tenant, long beforeMs) {
        TenantHead head = tenants.get(tenant);
        return head != null && maintenance.release(head, beforeMs);
    }

    /** Series of a tenant with this metric name. */
    public int seriesOfMetric(TenantId tenant, String name) {
        TenantHead head = tenants.get(tenant);
        if (head == null) {
            return 0;
        }
        try (var view = head.index().view()) {
            return view.select(List.of(Matcher.equal(Label.METRIC_NAME, name))).getCardinality();
        }
    }

    /** Drops what is behind the retention and seals idle series now, as the maintenance thread does every minute. */
    public void maintain() {
        maintenance.pass();
    }

    /** What the maintenance thread does every second, on this thread. */
    void turn() throws InterruptedException {
        maintenance.turn();
    }

    /** Writes a checkpoint now; false where that failed, which is logged. */
    public boolean checkpoint() throws InterruptedException {
        return maintenance.checkpoint();
    }

    /**
     * Stops in order: no append may be under way. Writes a checkpoint, so that the next start has nothing to replay, and
     * syncs the log.
     */
    @Override
    public void close() throws IOException {
        try {
            maintenance.stop();
            maintenance.checkpoint();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            LOG.warn("interrupted while stopping, the next start replays the log");
        } finally {
            closeFiles();
        }
    }

    private void closeFiles() throws IOException {
        try {
            wal.close();
        } finally {
            for (TenantHead head : tenants.values()) {
                head.chunks().close();
            }
        }
    }
}
