package io.engram.app;

import io.engram.app.blocks.BlocksCommand;
import io.engram.bucket.BucketConfig;
import io.engram.compactor.CompactorConfig;
import io.engram.distributor.DistributorConfig;
import io.engram.distributor.ha.HaTrackerConfig;
import io.engram.distributor.peers.BreakerConfig;
import io.engram.ingester.ActiveSeriesConfig;
import io.engram.ingester.blocks.BlocksConfig;
import io.engram.model.limits.Limits;
import io.engram.model.time.Clock;
import io.engram.promql.engine.EngineConfig;
import io.engram.proto.grpc.ConnectionsConfig;
import io.engram.querier.QuerierConfig;
import io.engram.server.AuthConfig;
import io.engram.server.ServerConfig;
import io.engram.server.config.Config;
import io.engram.server.config.ConfigException;
import io.engram.server.config.ConfigLoader;
import io.engram.server.config.ConfigText;
import io.engram.server.grpc.GrpcConfig;
import io.engram.server.limits.RuntimeConfig;
import io.engram.server.logging.LogConfig;
import io.engram.server.logging.Logging;
import io.engram.server.metrics.Metrics;
import io.engram.storegateway.StoreGatewayConfig;
import io.engram.tsdb.head.HeadConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The program. Exit codes: 0 after an orderly end, 1 where it could not start or go on, 2 for a bad configuration. */
public final class Main {
    /** Every config record; {@code --help} and {@code docs/configuration.md} list them in this order. */
    static final List<Class<? extends Record>> CONFIG = List.of(
            AppConfig.class,
            DataConfig.class,
            ServerConfig.class,
            AuthConfig.class,
            LogConfig.class,
            GrpcConfig.class,
            ConnectionsConfig.class,
            RingConfig.class,
            DistributorConfig.class,
            BreakerConfig.class,
            HaTrackerConfig.class,
            HeadConfig.class,
            ActiveSeriesConfig.class,
            BlocksConfig.class,
            BucketConfig.class,
            StoreGatewayConfig.class,
            CompactorConfig.class,
            QuerierConfig.class,
            EngineConfig.class,
            Limits.class,
            RuntimeConfig.class,
            SelfMonitoringConfig.class);

    private static final Logger LOG = LoggerFactory.getLogger(Main.class);

    private Main() {}

    public static void main(String[] args) throws InterruptedException {
        System.exit(run(List.of(args)));
    }

    /** The whole of {@code docs/configuration.md}. */
    static String configurationPage() {
        return ConfigText.markdown(CONFIG);
    }

    private static int run(List<String> args) {
        if (CapacityCheck.isMeant(args)) {
            return CapacityCheck.run(args, System.out, System.err);
        }
        if (!args.isEmpty() && args.getFirst().equals("auth")) {
            return AuthCommand.run(args.subList(1, args.size()));
        }
        if (!args.isEmpty() && args.getFirst().equals("blocks")) {
            return new BlocksCommand(
                            CONFIG, c -> c.get(DataConfig.class).dir(), System.getenv(), System.out, System.err)
                    .run(args.subList(1, args.size()));
        }
        if (args.contains("--help") || args.contains("-h")) {
            System.out.print(ConfigText.help("engram", CONFIG) + "\n" + AuthCommand.USAGE + "\n" + CapacityCheck.USAGE
                    + "\n" + BlocksCommand.USAGE);
            return 0;
        }
        if (args.contains("--version")) {
            System.out.println("engram " + BuildInfo.version() + " (Java " + Runtime.version() + ")");
            return 0;
        }
        Config config;
        try {
            config = ConfigLoader.load(args, System.getenv(), CONFIG);
        } catch (ConfigException e) {
            System.err.println(e.getMessage());
            return 2;
        }
        Logging.configure(config.get(LogConfig.class));
        try (Engram engram = Engram.wire(config, new Metrics(), Clock.system())) {
            engram.start();
            System.out.println(Banner.text(config, engram.port()));
            engram.awaitEnd();
            return 0;
        } catch (ConfigException e) {
            System.err.println(e.getMessage());
            return ConfigException.EXIT_CODE;
        } catch (IOException | UncheckedIOException | IllegalArgumentException e) {
            LOG.debug("could not start", e);
            System.err.println("engram: " + e.getMessage());
            return 1;
        } catch (Exception e) {
            LOG.error("could not start", e);
            return 1;
        }
    }
}
