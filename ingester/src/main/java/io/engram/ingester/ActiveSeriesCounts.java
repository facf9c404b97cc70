package io.engram.ingester;

import io.engram.model.TenantId;
import io.engram.model.limits.ActiveSeriesTrackers;
import io.engram.model.limits.ActiveSeriesTrackers.Tracker;
import io.engram.model.limits.TenantLimits;
import io.engram.model.time.Clock;
import io.engram.server.metrics.Metrics;
import io.engram.tsdb.head.Heads;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts active series of all tenants, whole and by their trackers, now and then on a thread of its own. */
final class ActiveSeriesCounts implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(ActiveSeriesCounts.class);
    private static final String TRACKED = "engram_ingester_active_series_custom_tracker";

    private final Heads heads;
    private final ActiveSeriesConfig config;
    private final TenantLimits limits;
    private final Clock clock;
    private final Metrics metrics;
    private final Map<TenantId, Integer> active = new ConcurrentHashMap<>();
    private final Map<Tracked, Integer> tracked = new ConcurrentHashMap<>();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("active-series").daemon().factory());

    private record Tracked(TenantId tenant, String tracker) {}

    ActiveSeriesCounts(Heads heads, ActiveSeriesConfig config, TenantLimits limits, Clock clock, Metrics metrics) {
        this.heads = heads;
        this.config = config;
        this.limits = limits;
        this.clock = clock;
        this.metrics = metrics;
    }

    void start() {
        long intervalMs = config.activeSeriesInterval().toMillis();
        timer.scheduleWithFixedDelay(this::passSafely, 0, intervalMs, TimeUnit.MILLISECONDS);
    }

    /** Adds the metrics of a tenant; once per tenant. */
    void add(TenantId tenant) {
        metrics.gauge(
                "engram_ingester_active_series",
                "Series whose newest sample is within ingester.active-series-window.",
                () -> active.getOrDefault(tenant, 0),
                Metrics.TENANT,
                tenant.value());
    }

    private void passSafely() {
        try {
            pass();
        } catch (RuntimeException e) {
            LOG.error("active series could not be counted, will try again", e);
        }
    }

    /** Counts now. */
    synchronized void pass() {
        long sinceMs = clock.nowMs() - config.activeSeriesWindow().toMillis();
        Set<Tracked> current = new HashSet<>();
        for (TenantId tenant : heads.tenants()) {
            List<Tracker> trackers = trackers(tenant).trackers();
            int[] counts = heads.cardinality(tenant)
                    .series(sinceMs, trackers.stream().map(Tracker::matchers).toList());
            active.put(tenant, counts[0]);
            for (int i = 0; i < trackers.size(); i++) {
                Tracked key = new Tracked(tenant, trackers.get(i).name());
                current.add(key);
                if (tracked.put(key, counts[1 + i]) == null) {
                    show(key);
                }
            }
        }
        for (Tracked key : tracked.keySet()) {
            if (!current.contains(key)) {
                tracked.remove(key);
                metrics.removeOne(TRACKED, labels(key));
            }
        }
    }

    private ActiveSeriesTrackers trackers(TenantId tenant) {
        return limits.of(tenant).activeSeriesCustomTrackers();
    }

    private void show(Tracked key) {
        metrics.gauge(
                TRACKED,
                "Active series that a selector of limits.active-series-custom-trackers takes.",
                () -> tracked.getOrDefault(key, 0),
                labels(key));
    }

    private static String[] labels(Tracked key) {
        return new String[] {"name", key.tracker, Metrics.TENANT, key.tenant.value()};
    }

    /** Returns when nothing is counted any more: the heads may be closed then. */
    @Override
    public void close() {
        timer.close();
    }
}
