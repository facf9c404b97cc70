package io.engram.app;

import io.engram.distributor.DistributorConfig;
import io.engram.model.limits.Limits;
import io.engram.model.time.Clock;
import io.engram.querier.QuerierConfig;
import io.engram.server.AuthConfig;
import io.engram.server.ServerConfig;
import io.engram.server.config.Config;
import io.engram.server.config.ConfigException;
import io.engram.server.config.ConfigLoader;
import io.engram.server.metrics.Metrics;
import io.engram.tsdb.head.HeadConfig;
import java.io.IOException;
import java.util.List;

/** The program. Exit codes: 0 after an orderly end, 1 where it could not start or go on, 2 for a bad configuration. */
public final class Main {
    /** Every config record; {@code --help} and {@code docs/configuration.md} list them in this order. */
    static final List<Class<? extends Record>> CONFIG = List.of(
            AppConfig.class,
            DataConfig.class,
            ServerConfig.class,
            AuthConfig.class,
            DistributorConfig.class,
            HeadConfig.class,
            QuerierConfig.class,
            Limits.class,
            SelfMonitoringConfig.class);

    private Main() {}

    public static void main(String[] args) throws InterruptedException {
        System.exit(run(List.of(args)));
    }

    private static int run(List<String> args) {
        Config config;
        try {
            config = ConfigLoader.load(args, System.getenv(), CONFIG);
        } catch (ConfigException e) {
            System.err.println(e.getMessage());
            return 2;
        }
        try (Engram engram = Engram.wire(config, new Metrics(), Clock.system())) {
            engram.start();
            System.out.println(Banner.text(config, engram.port()));
            engram.awaitEnd();
            return 0;
        } catch (IOException e) {
            System.err.println("engram: " + e.getMessage());
            return 1;
        } catch (Exception e) {
            System.err.println("engram: could not start: " + e);
            return 1;
        }
    }
}
