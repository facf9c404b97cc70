package io.engram.ingester.replicas;

import io.engram.model.TenantId;
import io.engram.server.metrics.Metrics;
import java.io.Closeable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Replicas as metrics, brought up to date every 15 s. Those that are gone from the heads are shown no more. */
final class ReplicaMetrics implements Closeable {
    private static final Logger LOG = LoggerFactory.getLogger(ReplicaMetrics.class);
    private static final long INTERVAL_S = 15;

    /** Of one tenant; further ones are on the page only. */
    static final int MOST_REPLICAS = 200;

    private static final String PREFIX = "engram_replica_";

    private final Supplier<List<TenantReplicas>> replicas;
    private final Metrics metrics;
    private final Map<Key, Shown> shown = new ConcurrentHashMap<>();
    private final Map<TenantId, Long> uncounted = new ConcurrentHashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("replica-metrics").daemon().factory());

    private record Key(TenantId tenant, String cluster, String replica) {
        String[] labels() {
            return new String[] {"cluster", cluster, "replica", replica, Metrics.TENANT, tenant.value()};
        }
    }

    private record Shown(ReplicaStatus status, boolean leads) {}

    private enum Metric {
        NEWEST(
                "newest_sample_seconds",
                "Newest sample of a replica, since the epoch.",
                of -> of.status.newestMs() / 1000.0),
        LEADS("leads", "1 for the replica whose samples queries show now.", of -> of.leads ? 1 : 0),
        SAMPLES(
                "window_samples",
                "Samples that a replica sent in the last whole window of five minutes.",
                of -> of.status.samples()),
        SERIES(
                "window_series",
                "Series of a replica in the last whole window of five minutes.",
                of -> of.status.series()),
        GAPS("gaps", "Stretches of the last hours in which a replica sent clearly less than its twins.", of -> of.status
                .gaps()
                .size());

        private final String metricName;
        private final String help;
        private final ToDoubleFunction<Shown> value;

        Metric(String name, String help, ToDoubleFunction<Shown> value) {
            this.metricName = PREFIX + name;
            this.help = help;
            this.value = value;
        }
    }

    ReplicaMetrics(Supplier<List<TenantReplicas>> replicas, Metrics metrics) {
        this.replicas = replicas;
        this.metrics = metrics;
    }

    void start() {
        timer.scheduleWithFixedDelay(this::passSafely, 0, INTERVAL_S, TimeUnit.SECONDS);
    }

    private void passSafely() {
        try {
            pass();
        } catch (RuntimeException e) {
            LOG.error("replicas could not be measured, will try again", e);
        }
    }

    /** Looks now. */
    synchronized void pass() {
        Map<Key, Shown> now = new HashMap<>();
        for (TenantReplicas tenant : replicas.get()) {
            int room = MOST_REPLICAS;
            for (ClusterStatus cluster : tenant.clusters()) {
                for (ReplicaStatus replica : cluster.replicas()) {
                    if (room-- > 0) {
                        now.put(
                                new Key(tenant.tenant(), cluster.name(), replica.name()),
                                new Shown(replica, replica.name().equals(cluster.leader())));
                    }
                }
            }
            if (uncounted.put(tenant.tenant(), tenant.uncountedSeries()) == null) {
                showUncounted(tenant.tenant());
            }
        }
        now.forEach((key, of) -> {
            if (shown.put(key, of) == null) {
                show(key);
            }
        });
        for (Key key : shown.keySet()) {
            if (!now.containsKey(key)) {
                for (Metric metric : Metric.values()) {
                    metrics.removeOne(metric.metricName, key.labels());
                }
                shown.remove(key);
            }
        }
    }

    private void show(Key key) {
        for (Metric metric : Metric.values()) {
            metrics.gauge(
                    metric.metricName,
                    metric.help,
                    () -> {
                        Shown of = shown.get(key);
                        return of == null ? 0 : metric.value.applyAsDouble(of);
                    },
                    key.labels());
        }
    }

    private void showUncounted(TenantId tenant) {
        metrics.counter(
                PREFIX + "uncounted_series_total",
                "Series created for replicas beyond those that a tenant's activity is counted of.",
                () -> uncounted.getOrDefault(tenant, 0L),
                Metrics.TENANT,
                tenant.value());
    }

    /** Returns when nothing looks any more. */
    @Override
    public void close() {
        timer.close();
    }
}
