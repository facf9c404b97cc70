package io.engram.ingester;

import io.engram.bucket.Bucket;
import io.engram.ingester.blocks.BlockIndexer;
import io.engram.ingester.blocks.BlockShipping;
import io.engram.ingester.blocks.BlocksConfig;
import io.engram.ingester.blocks.FlushEndpoint;
import io.engram.ingester.replicas.Replicas;
import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.limits.TenantLimits;
import io.engram.model.limits.TenantUsage;
import io.engram.model.metadata.MetricMetadata;
import io.engram.model.read.SeriesExemplars;
import io.engram.model.time.Clock;
import io.engram.model.write.WriteBatch;
import io.engram.model.write.WriteOutcome;
import io.engram.proto.Cardinality;
import io.engram.proto.HeldBlocks;
import io.engram.proto.MetadataSource;
import io.engram.proto.PendingPush;
import io.engram.proto.Push;
import io.engram.proto.Select;
import io.engram.proto.SelectCursor;
import io.engram.proto.SelectExemplars;
import io.engram.proto.Usage;
import io.engram.server.http.Routes;
import io.engram.server.lifecycle.Component;
import io.engram.server.metrics.Metrics;
import io.engram.tsdb.head.HeadConfig;
import io.engram.tsdb.head.Heads;
import io.engram.tsdb.head.PendingAppend;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The recent samples of all tenants, behind the interfaces that distributors and queriers know. Safe for all threads. */
public final class Ingester implements Push, Select, SelectExemplars, MetadataSource, Usage, HeldBlocks, Component {
    /** How long the last flush may take. */
    public static final Duration MOST_FLUSH_TIME = Duration.ofHours(1);

    private final Path dir;
    private final HeadConfig config;
    private final ActiveSeriesConfig activeSeries;
    private final BlocksConfig blocksConfig;
    private final Duration longestQuery;
    private final Bucket bucket;
    private final BlockIndexer indexer;
    private final TenantLimits limits;
    private final Clock clock;
    private final Metrics metrics;
    private volatile Heads heads; // null until recovery is through
    private volatile int replayedPercent;
    private volatile HeadMetrics headMetrics; // set with heads
    private volatile ActiveSeriesCounts activeCounts; // set with heads
    private volatile BlockShipping shipping; // set with heads
    private volatile Closeable replicaMetrics; // set with heads
    private final PreparedShutdown preparedShutdown = new PreparedShutdown();
    private final PushGate gate = new PushGate();
    private final Set<TenantId> measured = ConcurrentHashMap.newKeySet();

    /**
     * Opens nothing yet.
     *
     * @param longestQuery how long a query may read what it found here
     * @param bucket gets the blocks; stays the caller's
     * @param indexer is told of them
     */
    public Ingester(
            Path dir,
            HeadConfig config,
            ActiveSeriesConfig activeSeries,
            BlocksConfig blocksConfig,
            Duration longestQuery,
            Bucket bucket,
            BlockIndexer indexer,
            TenantLimits limits,
            Clock clock,
            Metrics metrics) {
        this.dir = dir;
        this.config = config;
        this.activeSeries = activeSeries;
        this.blocksConfig = blocksConfig;
        this.longestQuery = longestQuery;
        this.bucket = bucket;
        this.indexer = indexer;
        this.limits = limits;
        this.clock = clock;
        this.metrics = metrics;
    }

    @Override
    public String name() {
        return "ingester";
    }

    /** Recovers what the folder holds, then takes samples. */
    @Override
    public void start() throws IOException {
        Heads opened = Heads.open(dir, config, limits, clock, (done, total) -> {
            replayedPercent = total == 0 ? 100 : (int) (100 * done / total);
        });
        opened.start();
        headMetrics = HeadMetrics.register(metrics, opened, clock);
        activeCounts = new ActiveSeriesCounts(opened, activeSeries, limits, clock, metrics);
        opened.tenants().forEach(this::measure);
        activeCounts.start();
        shipping = new BlockShipping(
                dir.resolve("blocks"), blocksConfig, longestQuery, opened, bucket, indexer, clock, metrics);
        shipping.start();
        replicaMetrics = new Replicas(() -> opened, clock).measure(metrics);
        heads = opened;
    }

    @Override
    public String awaited() {
        return heads == null ? "replaying " + replayedPercent + " %" : null;
    }

    /** A log that cannot be written comes first: nothing is taken meanwhile. */
    @Override
    public String trouble() {
        Heads open = heads;
        if (open == null) {
            return null;
        }
        String refusal = open.refusal();
        return refusal != null ? refusal : shipping.trouble();
    }

    /** Adds the paths that this answers. */
    public void register(Routes routes) {
        new Replicas(this::heads, clock).register(routes);
        preparedShutdown.register(routes);
        routes.add("POST", "/ingester/flush", Routes.Access.OPERATE, new FlushEndpoint(() -> {
            heads();
            return shipping;
        }));
    }

    @Override
    public Set<BlockId> held(TenantId tenant) {
        BlockShipping ships = shipping;
        return ships == null ? Set.of() : ships.held(tenant);
    }

    /** Whether an operator said that the next stop is for good. */
    public boolean leavesForGood() {
        return preparedShutdown.isSet();
    }

    /** Whether every stop is to ship everything. */
    public boolean flushesOnShutdown() {
        return blocksConfig.flushOnShutdown();
    }

    /**
     * Takes no more samples, waits for pushes under way, and ships everything that is here; whether that succeeded. Pushes
     * are refused as {@link ErrorId#SHUTTING_DOWN} from the beginning on, so that nothing is acknowledged that is not
     * shipped; queries are answered.
     */
    public boolean flushAll() {
        BlockShipping ships = shipping;
        if (ships == null) {
            return false;
        }
        gate.shut();
        return ships.flushAll();
    }

    /** Everything goes to the bucket first where that was asked for, if it takes an hour; what does not get there is kept on disk. */
    @Override
    public Duration stopTimeout(Duration usual) {
        return blocksConfig.flushOnShutdown() ? MOST_FLUSH_TIME : usual;
    }

    /** Ships everything where that was asked for and not begun yet; writes a checkpoint and closes the log. */
    @Override
    public void stop() throws IOException {
        Heads open = heads;
        if (open != null) {
            if (blocksConfig.flushOnShutdown() && !gate.isShut()) {
                flushAll();
            }
            shipping.close();
            activeCounts.close();
            replicaMetrics.close();
            open.close();
        }
    }

    @Override
    public PendingPush push(WriteBatch batch) {
        Heads open = heads();
        PendingAppend append = gate.pass(() -> open.append(batch));
        if (!measured.contains(batch.tenant)) {
            measure(batch.tenant);
        }
        return new PendingPush() {
            @Override
            public WriteOutcome await() throws InterruptedException {
                return append.await();
            }

            @Override
            public void whenDone(Listener listener) {
                append.whenDone(listener::done);
            }
        };
    }

    @Override
    public SelectCursor select(Select.Query query) {
        Heads open = heads();
        return new HeadCursor(
                open.select(query.tenant(), query.matchers(), query.minTimeMs(), query.maxTimeMs()), open, query);
    }

    @Override
    public List<String> labelNames(Select.Query query) {
        return heads().labelNames(query.tenant(), query.matchers(), query.minTimeMs(), query.maxTimeMs());
    }

    @Override
    public List<String> labelValues(String name, Select.Query query) {
        return heads().labelValues(query.tenant(), name, query.matchers(), query.minTimeMs(), query.maxTimeMs());
    }

    @Override
    public List<SeriesExemplars> selectExemplars(SelectExemplars.Query query) {
        return heads().exemplars(query.tenant(), query.selectors(), query.minTimeMs(), query.maxTimeMs());
    }

    @Override
    public List<MetricMetadata> metadata(TenantId tenant, String metric) {
        return heads().metadata(tenant, metric);
    }

    @Override
    public TenantUsage usage(TenantId tenant) {
        return heads().usage(tenant);
    }

    @Override
    public long seriesOfMetric(TenantId tenant, String metric) {
        return heads().seriesOfMetric(tenant, metric);
    }

    /** Counts the series of tenants; asked once this has started. */
    public Cardinality cardinality() {
        return new HeadCardinalities(this::heads, activeSeries, clock);
    }

    private void measure(TenantId tenant) {
        if (measured.add(tenant)) {
            headMetrics.add(tenant);
            activeCounts.add(tenant);
        }
    }

    private Heads heads() {
        Heads open = heads;
        if (open == null) {
            throw new Failure(ErrorId.NOT_READY, "the ingester is " + awaited());
        }
        return open;
    }
}
