package io.engram.server.limits;

import io.engram.model.time.Clock;
import io.engram.server.lifecycle.Component;
import io.engram.server.metrics.Metrics;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks at the runtime file from time to time, and tells by metrics how that went. */
public final class RuntimeReload implements Component {
    private static final Logger LOG = LoggerFactory.getLogger(RuntimeReload.class);
    private static final String HASH = "engram_runtime_config_hash";

    private final RuntimeLimits limits;
    private final Duration interval;
    private final Metrics metrics;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("runtime-config").daemon().factory());
    private String shownSha256 = ""; // guarded by this

    public RuntimeReload(RuntimeLimits limits, RuntimeConfig config, Metrics metrics, Clock clock) {
        this.limits = limits;
        this.interval = config.reloadInterval();
        this.metrics = metrics;
        metrics.gauge(
                "engram_runtime_config_last_reload_successful",
                "1 while the runtime file is good or there is none, 0 while it is bad and what it said before holds.",
                () -> limits.state().mistakes().isEmpty() ? 1 : 0);
        metrics.gauge(
                "engram_runtime_config_age_seconds",
                "Since the overrides that hold were read.",
                () -> (clock.nowMs() - limits.state().loadedMs()) / 1000.0);
        metrics.gauge("engram_runtime_config_tenants", "Tenants that the runtime file names.", () -> limits.state()
                .overrides()
                .size());
        showHash();
    }

    @Override
    public String name() {
        return "runtime-config";
    }

    @Override
    public void start() {
        if (limits.file() != null) {
            timer.scheduleWithFixedDelay(this::turn, interval.toMillis(), interval.toMillis(), TimeUnit.MILLISECONDS);
        }
    }

    private void turn() {
        try {
            reload();
        } catch (RuntimeException e) {
            LOG.error("looking at the runtime file failed, will go on", e);
        }
    }

    /** Looks at the file now. */
    void reload() {
        limits.reload();
        showHash();
    }

    /** The hash stands in a label, so that a change of it can be seen over a fleet. */
    private synchronized void showHash() {
        String sha256 = limits.state().sha256();
        if (!sha256.equals(shownSha256)) {
            metrics.remove("sha256", shownSha256);
            metrics.gauge(HASH, "1 for the hash of the runtime file that holds.", () -> 1, "sha256", sha256);
            shownSha256 = sha256;
        }
    }

    @Override
    public void stop() {
        timer.shutdownNow();
    }
}
