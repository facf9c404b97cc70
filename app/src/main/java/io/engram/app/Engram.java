package io.engram.app;

import io.engram.distributor.Distributor;
import io.engram.distributor.DistributorConfig;
import io.engram.distributor.RingPage;
import io.engram.distributor.RingPush;
import io.engram.distributor.limits.LimitsApi;
import io.engram.ingester.ActiveSeriesConfig;
import io.engram.ingester.Ingester;
import io.engram.model.limits.Limits;
import io.engram.model.time.Clock;
import io.engram.promql.engine.Engine;
import io.engram.promql.engine.EngineConfig;
import io.engram.querier.Querier;
import io.engram.querier.QuerierConfig;
import io.engram.querier.Sources;
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
import io.engram.tsdb.head.HeadConfig;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** All components in one process, wired by hand: a write goes distributor → ingester, a query querier → ingester. */
final class Engram implements AutoCloseable {
    private static final String INGESTER_RING = "ingester";

    private final DataFolder folder;
    private final HttpServer http;
    private final ServerProcess process;

    private Engram(DataFolder folder, HttpServer http, ServerProcess process) {
        this.folder = folder;
        this.http = http;
        this.process = process;
    }

    /** Makes and connects the components; nothing runs yet. */
    static Engram wire(Config config, Metrics metrics, Clock clock) throws IOException, ConfigException {
        RuntimeConfig runtimeConfig = config.get(RuntimeConfig.class);
        RuntimeLimits limits = RuntimeLimits.open(runtimeConfig, config.get(Limits.class), System.getenv(), clock);
        DataFolder folder = DataFolder.open(config.get(DataConfig.class).dir());
        ServerConfig serverConfig = config.get(ServerConfig.class);

        Ingester ingester = new Ingester(
                folder.path(),
                config.get(HeadConfig.class),
                config.get(ActiveSeriesConfig.class),
                limits,
                clock,
                metrics);
        KeyValueStore store = new InProcessStore();
        RingView ring = new RingView(store, INGESTER_RING);
        Distributor distributor = new Distributor(
                config.get(DistributorConfig.class),
                ClusterSeed.open(folder.path()),
                limits,
                new RingPush(ring::ring, _ -> ingester),
                clock,
                metrics);
        Engine engine = new Engine(config.get(EngineConfig.class));
        Querier querier = new Querier(
                config.get(QuerierConfig.class),
                new Sources(List.of(ingester), List.of(ingester), List.of(ingester), ingester.cardinality()),
                engine,
                limits,
                BuildInfo.version(),
                metrics,
                clock);

        List<Component> components = new ArrayList<>(List.of(
                new RuntimeReload(limits, runtimeConfig, metrics, clock),
                ingester,
                membership(config.get(RingConfig.class), store, ring),
                queries(querier, engine)));
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
        new LimitsApi(limits, ingester, distributor::sendingRate).register(routes);
        querier.register(routes);
        RingPage ringPage = new RingPage(ring::ring);
        routes.add("GET", "/ingester/ring", Routes.Access.OPERATE, ringPage);
        routes.add("GET", "/distributor/ring", Routes.Access.OPERATE, ringPage);
        HttpServer http = new HttpServer(
                serverConfig, config.get(AuthConfig.class), routes, metrics, lifecycle::awaitedByRequests);
        return new Engram(folder, http, new ServerProcess(serverConfig, http, lifecycle));
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
        folder.close();
    }
}
