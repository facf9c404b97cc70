package io.engram.app;

import io.engram.bucket.Bucket;
import io.engram.bucket.BucketConfig;
import io.engram.bucket.Buckets;
import io.engram.bucket.index.BucketIndexCopies;
import io.engram.bucket.index.BucketIndexUpdater;
import io.engram.bucket.layout.TenantBucket;
import io.engram.compactor.Compactor;
import io.engram.compactor.CompactorConfig;
import io.engram.compactor.TenantOwnership;
import io.engram.distributor.Distributor;
import io.engram.distributor.DistributorConfig;
import io.engram.distributor.RingPage;
import io.engram.distributor.RingPush;
import io.engram.distributor.ha.HaTrackerConfig;
import io.engram.distributor.limits.LimitsApi;
import io.engram.distributor.peers.BreakerConfig;
import io.engram.distributor.peers.Peers;
import io.engram.ingester.ActiveSeriesConfig;
import io.engram.ingester.Ingester;
import io.engram.ingester.blocks.BlocksConfig;
import io.engram.model.limits.Limits;
import io.engram.model.time.Clock;
import io.engram.promql.engine.Engine;
import io.engram.promql.engine.EngineConfig;
import io.engram.querier.Querier;
import io.engram.querier.QuerierConfig;
import io.engram.querier.Sources;
import io.engram.querier.blocks.BlockCatalog;
import io.engram.querier.blocks.BlockSelect;
import io.engram.ring.ClusterSeed;
import io.engram.ring.InProcessStore;
import io.engram.ring.KeyValueStore;
import io.engram.ring.RingLifecycle;
import io.engram.ring.RingView;
import io.engram.server.AuthConfig;
import io.engram.server.ServerConfig;
import io.engram.server.config.Config;
import io.engram.server.config.ConfigException;
import io.engram.server.config.ConfigPage;
import io.engram.server.http.HttpServer;
import io.engram.server.http.RouteTable;
import io.engram.server.http.Routes;
import io.engram.server.lifecycle.Component;
import io.engram.server.lifecycle.Lifecycle;
import io.engram.server.lifecycle.OperationsPages;
import io.engram.server.lifecycle.ServerProcess;
import io.engram.server.limits.RuntimeConfig;
import io.engram.server.limits.RuntimeConfigPage;
import io.engram.server.limits.RuntimeLimits;
import io.engram.server.limits.RuntimeReload;
import io.engram.server.metrics.Metrics;
import io.engram.server.metrics.ProcessMetrics;
import io.engram.storegateway.BlockOwnership;
import io.engram.storegateway.StoreGateway;
import io.engram.storegateway.StoreGatewayConfig;
import io.engram.tsdb.head.HeadConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** All components in one process, wired by hand: a write goes distributor → ingester, a query querier → ingester. */
final class Engram implements AutoCloseable {
    private static final String INGESTER_RING = "ingester";

    private final DataFolder folder;
    private final Bucket bucket;
    private final HttpServer http;
    private final ServerProcess process;

    private Engram(DataFolder folder, Bucket bucket, HttpServer http, ServerProcess process) {
        this.folder = folder;
        this.bucket = bucket;
        this.http = http;
        this.process = process;
    }

    /** Makes and connects the components; nothing runs yet. */
    static Engram wire(Config config, Metrics metrics, Clock clock) throws IOException, ConfigException {
        BlockHandover.check(config);
        RuntimeConfig runtimeConfig = config.get(RuntimeConfig.class);
        RuntimeLimits limits = RuntimeLimits.open(runtimeConfig, config.get(Limits.class), System.getenv(), clock);
        DataFolder folder = DataFolder.open(config.get(DataConfig.class).dir());
        NativeLibraries.unpackInto(folder.path().resolve("native"));
        ServerConfig serverConfig = config.get(ServerConfig.class);

        long seed = ClusterSeed.open(folder.path());
        BucketConfig bucketConfig = config.get(BucketConfig.class);
        QuerierConfig querierConfig = config.get(QuerierConfig.class);
        Bucket bucket = Buckets.open(bucketConfig, folder.path(), new BucketMetrics(metrics));
        BlockCatalog catalog = new BlockCatalog(
                bucket,
                new BucketIndexCopies(folder.path().resolve("bucket-indexes")),
                querierConfig.bucketIndexRefresh(),
                bucketConfig.indexMaxAge(),
                clock);
        StoreGateway storeGateway = new StoreGateway(
                folder.path().resolve("store-gateway"),
                config.get(StoreGatewayConfig.class),
                bucket,
                BlockOwnership.ALL,
                seed,
                limits,
                clock,
                metrics);
        Ingester ingester = new Ingester(
                folder.path(),
                config.get(HeadConfig.class),
                config.get(ActiveSeriesConfig.class),
                config.get(BlocksConfig.class),
                // As long again as its evaluation, for an answer that is read slowly.
                querierConfig.timeout().multipliedBy(2),
                bucket,
                tenant -> catalog.stored(
                        tenant,
                        new BucketIndexUpdater(new TenantBucket(bucket, tenant), clock)
                                .update()
                                .index()),
                limits,
                clock,
                metrics);
        Compactor compactor = new Compactor(
                config.get(CompactorConfig.class), folder.path(), bucket, limits, TenantOwnership.ALL, clock, metrics);
        KeyValueStore store = new InProcessStore();
        RingView ring = new RingView(store, INGESTER_RING);
        Distributor distributor = new Distributor(
                config.get(DistributorConfig.class),
                config.get(HaTrackerConfig.class),
                seed,
                limits,
                store,
                new RingPush(
                        ring::ring,
                        (all, _) -> all,
                        1,
                        _ -> ingester,
                        new Peers(BreakerConfig.defaults(), clock, metrics)),
                clock,
                metrics);
        Engine engine = new Engine(config.get(EngineConfig.class));
        Querier querier = new Querier(
                querierConfig,
                new Sources(
                        List.of(new BlockSelect(catalog, storeGateway, List.of(ingester)), ingester),
                        List.of(ingester),
                        List.of(ingester),
                        ingester.cardinality()),
                engine,
                limits,
                BuildInfo.version(),
                metrics,
                clock);

        List<Component> components = new ArrayList<>(List.of(
                new RuntimeReload(limits, runtimeConfig, metrics, clock),
                storeGateway,
                ingester,
                membership(config.get(RingConfig.class), store, ring),
                queries(querier, engine),
                compactor,
                distributor.haWatch()));
        SelfMonitoringConfig selfMonitoring = config.get(SelfMonitoringConfig.class);
        if (selfMonitoring.enabled()) {
            components.add(new SelfMonitoring(selfMonitoring, metrics, distributor, instance(serverConfig), clock));
        }
        Lifecycle lifecycle = new Lifecycle(components, serverConfig.shutdownTimeout());

        RouteTable routes = new RouteTable();
        ProcessMetrics.register(metrics, BuildInfo.version());
        OperationsPages.register(routes, lifecycle, metrics, Banner.index());
        ConfigPage.register(routes, config);
        RuntimeConfigPage.register(routes, limits);
        distributor.register(routes);
        ingester.register(routes);
        storeGateway.register(routes);
        compactor.register(routes);
        new LimitsApi(limits, ingester, distributor::sendingRate).register(routes);
        querier.register(routes);
        RingPage ringPage = new RingPage(ring::ring);
        routes.add("GET", "/ingester/ring", Routes.Access.OPERATE, ringPage);
        routes.add("GET", "/distributor/ring", Routes.Access.OPERATE, ringPage);
        HttpServer http = new HttpServer(
                serverConfig, config.get(AuthConfig.class), routes, metrics, lifecycle::awaitedByRequests);
        return new Engram(folder, bucket, http, new ServerProcess(serverConfig, http, lifecycle));
    }

    /** Takes the ingester onto the ring once it can be written to, and off it before it stops. */
    private static Component membership(RingConfig config, KeyValueStore store, RingView ring) {
        RingLifecycle self = new RingLifecycle(
                store, INGESTER_RING, config.instanceId(), config.instanceAddr(), config.instanceZone());
        return new Component() {
            @Override
            public String name() {
                return "ring";
            }

            @Override
            public void start() {
                self.join();
                self.activate();
            }

            @Override
            public void stop() {
                self.leave();
                ring.close();
            }
        };
    }

    private static Component queries(Querier querier, Engine engine) {
        return new Component() {
            @Override
            public String name() {
                return "querier";
            }

            @Override
            public void start() {}

            @Override
            public void stop() {
                querier.close();
                engine.close();
            }
        };
    }

    private static String instance(ServerConfig config) {
        return (config.bindAddress().isEmpty() ? "127.0.0.1" : config.bindAddress()) + ":" + config.httpPort();
    }

    /** Returns when everything runs and takes traffic; SIGTERM and SIGINT stop it in order from here on. */
    void start() throws Exception {
        process.stopOnSignal();
        process.start();
    }

    int port() {
        return http.port();
    }

    void awaitEnd() {
        process.awaitEnd();
    }

    @Override
    public void close() throws IOException {
        process.stop();
        bucket.close();
        folder.close();
    }
}
