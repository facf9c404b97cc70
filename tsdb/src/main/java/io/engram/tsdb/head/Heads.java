package io.engram.tsdb.head;

import io.engram.model.TenantId;
import io.engram.model.labels.Matcher;
import io.engram.model.limits.TenantLimits;
import io.engram.model.time.Clock;
import io.engram.model.write.WriteBatch;
import io.engram.tsdb.wal.SegmentPrologue;
import io.engram.tsdb.wal.SyncMode;
import io.engram.tsdb.wal.WalOptions;
import io.engram.tsdb.wal.WriteAheadLog;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import org.roaringbitmap.RoaringBitmap;

/**
 * The recent samples of all tenants of an ingester: in memory, in its log and in its files of sealed chunks. All methods
 * may be called by any thread.
 */
public final class Heads implements AutoCloseable {
    private final Path dir;
    private final HeadConfig config;
    private final TenantLimits limits;
    private final Clock clock;
    private final HeadMemory memory = new HeadMemory();
    private final ConcurrentHashMap<TenantId, TenantHead> tenants = new ConcurrentHashMap<>();
    private final SeriesBudget budget;
    private final AppenderPool appenders;
    private WriteAheadLog wal;
    private HeadLog log;

    private Heads(Path dir, HeadConfig config, TenantLimits limits, Clock clock) {
        this.dir = dir;
        this.config = config;
        this.limits = limits;
        this.clock = clock;
        this.budget = new SeriesBudget(config.seriesLimit(Runtime.getRuntime().maxMemory()));
        this.appenders = new AppenderPool(() -> new BatchAppender(memory, log, budget));
    }

    public static Heads open(Path dir, HeadConfig config, TenantLimits limits, Clock clock, RecoveryProgress progress)
            throws IOException {
        Heads heads = new Heads(dir, config, limits, clock);
        heads.wal = WriteAheadLog.open(
                dir.resolve("wal"), WalOptions.DEFAULTS.withSync(SyncMode.INTERVAL), SegmentPrologue.NONE);
        heads.log = new HeadLog(heads.wal);
        return heads;
    }

    /**
     * Appends a batch. On return its samples can be selected, and are in the log's buffer; the batch is the caller's
     * again.
     *
     * @throws io.engram.model.failure.Failure where nothing was taken because the log cannot be written
     */
    public PendingAppend append(WriteBatch batch) {
        log.checkAvailable();
        TenantHead head = tenants.get(batch.tenant);
        if (head == null) {
            head = tenants.computeIfAbsent(batch.tenant, this::newHead);
        }
        BatchAppender appender = appenders.take();
        try {
            return appender.append(head, batch);
        } finally {
            appenders.give(appender);
        }
    }

    private TenantHead newHead(TenantId tenant) {
        return new TenantHead(
                tenant, limits, memory, new HeadChunks(dir.resolve("chunks").resolve(tenant.value())));
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

    @Override
    public void close() throws IOException {
        wal.close();
        for (TenantHead head : tenants.values()) {
            head.chunks().close();
        }
    }
}
