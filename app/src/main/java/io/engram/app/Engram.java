package io.engram.app;

import io.engram.model.time.Clock;
import io.engram.server.AuthConfig;
import io.engram.server.ServerConfig;
import io.engram.server.config.Config;
import io.engram.server.config.ConfigException;
import io.engram.server.http.HttpServer;
import io.engram.server.lifecycle.Lifecycle;
import io.engram.server.lifecycle.OperationsPages;
import io.engram.server.lifecycle.ServerProcess;
import io.engram.server.metrics.Metrics;
import io.engram.server.metrics.ProcessMetrics;
import java.io.IOException;

/** A process: the components that it is to run, put together and served. */
final class Engram implements AutoCloseable {
    private final Foundation base;
    private final Assembly assembly;
    private final HttpServer http;
    private final ServerProcess process;

    private Engram(Foundation base, Assembly assembly, HttpServer http, ServerProcess process) {
        this.base = base;
        this.assembly = assembly;
        this.http = http;
        this.process = process;
    }

    /**
     * Makes and connects the components; nothing runs yet. A process whose folder has no seed of the cluster waits here for
     * the store that the rings are kept in, and the seed in it.
     */
    static Engram wire(Config config, Metrics metrics, Clock clock)
            throws IOException, ConfigException, InterruptedException {
        Foundation base = Foundation.lay(config, metrics, clock);
        Assembly assembly = Assembly.of(base);
        ServerConfig serverConfig = base.serverConfig();
        Lifecycle lifecycle = new Lifecycle(assembly.components(), serverConfig.shutdownTimeout());
        ProcessMetrics.register(metrics, BuildInfo.version());
        OperationsPages.register(assembly.routes(), lifecycle, metrics, Banner.index());
        HttpServer http = new HttpServer(
                serverConfig, config.get(AuthConfig.class), assembly.routes(), metrics, lifecycle::awaitedByRequests);
        return new Engram(base, assembly, http, new ServerProcess(serverConfig, http, lifecycle));
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
        assembly.close();
        base.close();
    }
}
