package io.engram.app;

import io.engram.bucket.BucketConfig;
import io.engram.bucket.index.BucketIndexCopies;
import io.engram.bucket.index.BucketIndexUpdater;
import io.engram.bucket.layout.TenantBucket;
import io.engram.compactor.Compactor;
import io.engram.compactor.CompactorConfig;
import io.engram.compactor.RingTenants;
import io.engram.compactor.TenantOwnership;
import io.engram.distributor.Distributor;
import io.engram.distributor.DistributorConfig;
import io.engram.distributor.DistributorCount;
import io.engram.distributor.ha.HaTrackerConfig;
import io.engram.distributor.limits.LimitsApi;
import io.engram.ingester.ActiveSeriesConfig;
import io.engram.ingester.Ingester;
import io.engram.ingester.blocks.BlocksConfig;
import io.engram.model.limits.TenantLimits;
import io.engram.promql.engine.Engine;
import io.engram.promql.engine.EngineConfig;
import io.engram.proto.grpc.IngesterService;
import io.engram.proto.grpc.StoreGatewayService;
import io.engram.querier.Querier;
import io.engram.querier.QuerierConfig;
import io.engram.querier.blocks.BlockCatalog;
import io.engram.ring.RingOperator;
import io.engram.ring.RingView;
import io.engram.server.ServerConfig;
import io.engram.server.config.ConfigPage;
import io.engram.server.grpc.GrpcConfig;
import io.engram.server.grpc.GrpcServer;
import io.engram.server.http.RouteTable;
import io.engram.server.http.Routes;
import io.engram.server.lifecycle.Component;
import io.engram.server.limits.RuntimeConfig;
import io.engram.server.limits.RuntimeConfigPage;
import io.engram.server.limits.RuntimeReload;
import io.engram.storegateway.BlockOwnership;
import io.engram.storegateway.RingBlocks;
import io.engram.storegateway.StoreGateway;
import io.engram.storegateway.StoreGatewayConfig;
import io.engram.tsdb.head.HeadConfig;
import io.grpc.BindableService;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * The components of one process, wired by hand. A write goes distributor → ingester, a query querier → ingester and
 * store-gateway: directly where the process is alone, by {@link ClusterPeers} in a cluster.
 */
final class Assembly implements AutoCloseable {
    private final Foundation base;
    private final RingConfig ringConfig;
    private final Rings rings;
    private final long seed;
    private final ShardRule shards;
    private final List<Component> components = new ArrayList<>();
    private final RouteTable routes = new RouteTable();
    private Peers peers;
    private GrpcServer grpc; // null where nobody calls this process
    private IngesterService ingesterService; // null where nobody calls an ingester of this process

    private Assembly(Foundation base, Rings rings, long seed) {
        this.base = base;
        this.ringConfig = base.config(RingConfig.class);
        this.rings = rings;
        this.seed = seed;
        this.shards = new ShardRule(base.limits());
    }

    static Assembly of(Foundation base) throws IOException, InterruptedException {
        Rings rings = Rings.open(base.config(RingConfig.class));
        Assembly assembly = new Assembly(base, rings, rings.seed(base.path(), base.runs(Target.INGESTER)));
        assembly.assemble();
        return assembly;
    }

    List<Component> components() {
        return components;
    }

    RouteTable routes() {
        return routes;
    }

    private void assemble() {
        components.add(
                new RuntimeReload(base.limits(), base.config(RuntimeConfig.class), base.metrics(), base.clock()));
        BlockCatalog catalog = base.runs(Target.QUERIER) ? catalog() : null;
        StoreGateway storeGateway = base.runs(Target.STORE_GATEWAY) ? storeGateway() : null;
        Ingester ingester = base.runs(Target.INGESTER) ? ingester(catalog) : null;
        peers = ringConfig.local() ? new OwnPeers(ingester, storeGateway) : new ClusterPeers(base, rings, shards);
        if (!ringConfig.local()) {
            grpc(storeGateway, ingester);
            components.add(new SeedKeeping(base.path(), rings.store()));
        }
        memberships(ingester);
        if (base.runs(Target.QUERIER)) {
            querier(catalog);
        }
        if (base.runs(Target.COMPACTOR)) {
            compactor();
        }
        if (base.runs(Target.DISTRIBUTOR)) {
            distributor();
        }
        if (storeGateway != null && !ringConfig.local()) { // last: it may take a while
            components.add(Membership.of(Rings.STORE_GATEWAY, () -> rings.place(Rings.STORE_GATEWAY, address()), () -> {
                rings.awaitSelf(Rings.STORE_GATEWAY);
                storeGateway.prepare();
            }));
        }
        ConfigPage.register(routes, base.config());
        RuntimeConfigPage.register(routes, base.limits());
        rings.views().forEach((name, view) -> {
            RingMetrics.register(name, view, ringConfig.id(), base.metrics());
            RingPage page = new RingPage(name, view, new RingOperator(rings.store(), name));
            routes.add("GET", "/" + name + "/ring", Routes.Access.OPERATE, page);
            routes.add("POST", "/" + name + "/ring", Routes.Access.OPERATE, page);
            if (name.equals(Rings.INGESTER)) {
                routes.add("GET", "/distributor/ring", Routes.Access.OPERATE, page); // where distributors look
            }
        });
    }

    private BlockCatalog catalog() {
        return new BlockCatalog(
                base.bucket(),
                new BucketIndexCopies(base.path().resolve("bucket-indexes")),
                base.config(QuerierConfig.class).bucketIndexRefresh(),
                base.config(BucketConfig.class).indexMaxAge(),
                base.clock());
    }

    private StoreGateway storeGateway() {
        StoreGateway storeGateway = new StoreGateway(
                base.path().resolve("store-gateway"),
                base.config(StoreGatewayConfig.class),
                base.bucket(),
                ringConfig.local()
                        ? BlockOwnership.ALL
                        : new RingBlocks(
                                rings.view(Rings.STORE_GATEWAY)::ring, ringConfig.blockCopies(), ringConfig.id()),
                seed,
                base.limits(),
                base.clock(),
                base.metrics());
        storeGateway.register(routes);
        components.add(storeGateway);
        return storeGateway;
    }

    /** @param catalog learns of blocks at once where this process has queriers; null where it has none */
    private Ingester ingester(BlockCatalog catalog) {
        HeadConfig headConfig = base.config(HeadConfig.class);
        boolean safeElsewhere = headConfig.walSync() == HeadConfig.WalSync.AUTO && ringConfig.copies() > 1;
        TenantLimits limits = ringConfig.local()
                ? base.limits()
                : new SharedLimits(base.limits(), rings.view(Rings.INGESTER)::ring, shards, ringConfig.copies());
        Ingester ingester = new Ingester(
                base.path(),
                safeElsewhere ? headConfig.withWalSync(HeadConfig.WalSync.INTERVAL) : headConfig,
                base.config(ActiveSeriesConfig.class),
                base.config(BlocksConfig.class),
                // As long again as its evaluation, for an answer that is read slowly.
                base.config(QuerierConfig.class).timeout().multipliedBy(2),
                base.bucket(),
                tenant -> {
                    var index = new BucketIndexUpdater(new TenantBucket(base.bucket(), tenant), base.clock())
                            .update()
                            .index();
                    if (catalog != null) {
                        catalog.stored(tenant, index);
                    }
                },
                limits,
                base.clock(),
                base.metrics());
        ingester.register(routes);
        components.add(ingester);
        return ingester;
    }

    /** What this process has for the others of a cluster. */
    private void grpc(StoreGateway storeGateway, Ingester ingester) {
        List<BindableService> services = new ArrayList<>();
        if (storeGateway != null) {
            services.add(new StoreGatewayService(storeGateway));
        }
        if (ingester != null) {
            ingesterService = new IngesterService(
                    ingester, ingester, ingester, ingester, ingester, ingester, ingester::cardinality);
            services.add(ingesterService);
        }
        if (!services.isEmpty()) {
            grpc = new GrpcServer(base.config(GrpcConfig.class), base.serverConfig(), services, base.metrics());
            components.add(grpc);
        }
    }

    private void memberships(Ingester ingester) {
        if (ingester != null) {
            components.add(
                    Membership.ofIngester(ingester, () -> rings.place(Rings.INGESTER, address()), ringConfig.local()));
        }
        if (base.runs(Target.COMPACTOR) && !ringConfig.local()) {
            components.add(Membership.of(Rings.COMPACTOR, () -> rings.place(Rings.COMPACTOR, address())));
        }
    }

    /** Where others reach this process; empty where there are none. */
    private String address() {
        return ringConfig.local()
                ? ""
                : HostAddress.of(
                        ringConfig.instanceAddr(),
                        base.serverConfig().bindAddress(),
                        grpc == null ? base.config(GrpcConfig.class).grpcPort() : grpc.port());
    }

    private void compactor() {
        Compactor compactor = new Compactor(
                base.config(CompactorConfig.class),
                base.path(),
                base.bucket(),
                base.limits(),
                ringConfig.local()
                        ? TenantOwnership.ALL
                        : new RingTenants(rings.view(Rings.COMPACTOR)::ring, ringConfig.id()),
                ringConfig.id(),
                base.clock(),
                base.metrics());
        compactor.register(routes);
        components.add(compactor);
    }

    private void querier(BlockCatalog catalog) {
        Engine engine = new Engine(base.config(EngineConfig.class));
        Querier querier = new Querier(
                base.config(QuerierConfig.class),
                peers.sources(catalog),
                engine,
                base.limits(),
                BuildInfo.version(),
                base.metrics(),
                base.clock());
        querier.register(routes);
        components.add(new Queries(querier, engine, needed(Rings.INGESTER, Rings.STORE_GATEWAY)));
    }

    /** Views of the rings of a cluster without which a process of it cannot work; none where this process is alone. */
    private List<RingView> needed(String... names) {
        return ringConfig.local()
                ? List.of()
                : Stream.of(names).map(rings::view).toList();
    }

    private void distributor() {
        DistributorCount count = new DistributorCount(rings.store(), ringConfig.id());
        components.add(count);
        Distributor distributor = new Distributor(
                base.config(DistributorConfig.class),
                base.config(HaTrackerConfig.class),
                seed,
                base.limits(),
                rings.store(),
                count,
                peers.push(),
                base.clock(),
                base.metrics());
        distributor.register(routes);
        new LimitsApi(base.limits(), peers.usage(), distributor::sendingRate).register(routes);
        components.add(new Pushes(needed(Rings.INGESTER)));
        components.add(distributor.haWatch());
        SelfMonitoringConfig selfMonitoring = base.config(SelfMonitoringConfig.class);
        if (selfMonitoring.enabled() && ringConfig.local()) {
            ServerConfig server = base.serverConfig();
            String instance =
                    (server.bindAddress().isEmpty() ? "127.0.0.1" : server.bindAddress()) + ":" + server.httpPort();
            components.add(new SelfMonitoring(selfMonitoring, base.metrics(), distributor, instance, base.clock()));
        }
    }

    @Override
    public void close() {
        if (ingesterService != null) {
            ingesterService.close();
        }
        if (peers != null) {
            peers.close();
        }
        rings.close();
    }
}
