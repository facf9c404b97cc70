package io.engram.app;

import io.engram.bucket.Bucket;
import io.engram.bucket.BucketConfig;
import io.engram.bucket.Buckets;
import io.engram.model.limits.Limits;
import io.engram.model.time.Clock;
import io.engram.server.ServerConfig;
import io.engram.server.config.Config;
import io.engram.server.config.ConfigException;
import io.engram.server.limits.RuntimeConfig;
import io.engram.server.limits.RuntimeLimits;
import io.engram.server.metrics.Metrics;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** What the components of a process stand on, whichever they are. */
record Foundation(
        Config config,
        Set<Target> targets,
        DataFolder folder,
        RuntimeLimits limits,
        Bucket bucket,
        Metrics metrics,
        Clock clock)
        implements AutoCloseable {
    private static final String ALL_INTERFACES = "0.0.0.0";

    /**
     * Takes the data folder and opens the bucket.
     *
     * @throws ConfigException where keys do not go together
     */
    static Foundation lay(Config config, Metrics metrics, Clock clock) throws IOException, ConfigException {
        BlockHandover.check(config);
        AppConfig app = config.get(AppConfig.class);
        if (config.get(RingConfig.class).local() && app.targets().size() < Target.values().length) {
            throw new ConfigException(List.of("target: '" + app.target()
                    + "' is a part of a cluster and needs ring.backend=zookeeper; with local the one process is all"));
        }
        RuntimeConfig runtimeConfig = config.get(RuntimeConfig.class);
        RuntimeLimits limits = RuntimeLimits.open(runtimeConfig, config.get(Limits.class), System.getenv(), clock);
        DataFolder folder = DataFolder.open(config.get(DataConfig.class).dir());
        NativeLibraries.unpackInto(folder.path().resolve("native"));
        Bucket bucket = Buckets.open(config.get(BucketConfig.class), folder.path(), new BucketMetrics(metrics));
        return new Foundation(config, app.targets(), folder, limits, bucket, metrics, clock);
    }

    <T extends Record> T config(Class<T> record) {
        return config.get(record);
    }

    /** How the ports behave: of a process that is alone they are for this machine, unless the configuration says otherwise. */
    ServerConfig serverConfig() {
        ServerConfig server = config.get(ServerConfig.class);
        return config.get(RingConfig.class).local() ? server : server.orListeningOn(ALL_INTERFACES);
    }

    boolean runs(Target target) {
        return targets.contains(target);
    }

    Path path() {
        return folder.path();
    }

    @Override
    public void close() throws IOException {
        bucket.close();
        folder.close();
    }
}
