package io.engram.app;

import io.engram.distributor.Distributor;
import io.engram.model.TenantId;
import io.engram.model.labels.Label;
import io.engram.model.time.Clock;
import io.engram.proto.remote.v1.Sample;
import io.engram.proto.remote.v1.TimeSeries;
import io.engram.proto.remote.v1.WriteRequest;
import io.engram.server.lifecycle.Component;
import io.engram.server.metrics.Metrics;
import java.util.HashSet;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes what {@code /metrics} shows into a tenant, through the same path as every sender's samples, so that a first start
 * has something to query.
 */
final class SelfMonitoring implements Component {
    private static final Logger LOG = LoggerFactory.getLogger(SelfMonitoring.class);

    /** Each brings dozens of series: a sender with ever new tenant ids must not fill the instance with them. */
    static final int MAX_TENANTS = 100;

    private final Metrics metrics;
    private final Distributor distributor;
    private final TenantId tenant;
    private final String instance;
    private final Clock clock;
    private final long intervalMs;
    private final Set<String> tenants = new HashSet<>(); // of the timer's thread
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("self-monitoring").daemon().factory());

    SelfMonitoring(
            SelfMonitoringConfig config, Metrics metrics, Distributor distributor, String instance, Clock clock) {
        this.metrics = metrics;
        this.distributor = distributor;
        this.tenant = new TenantId(config.tenant());
        this.instance = instance;
        this.clock = clock;
        this.intervalMs = config.interval().toMillis();
    }

    @Override
    public String name() {
        return "self-monitoring";
    }

    @Override
    public void start() {
        timer.scheduleAtFixedRate(this::write, 0, intervalMs, TimeUnit.MILLISECONDS);
    }

    private void write() {
        try {
            byte[] request = snapshot().toByteArray();
            distributor.write(tenant, request, request.length);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // The next round tries again; a server that refuses others refuses itself too.
            LOG.atWarn()
                    .addKeyValue("tenant", tenant)
                    .addKeyValue("error", e.getMessage())
                    .log("own metrics not written");
        }
    }

    WriteRequest snapshot() {
        long nowMs = clock.nowMs();
        WriteRequest.Builder request = WriteRequest.newBuilder();
        metrics.forEachSample((name, labels, value) -> {
            if (shown(labels)) {
                request.addTimeseries(series(name, labels, value, nowMs));
            }
        });
        request.addTimeseries(series("up", new String[0], 1, nowMs));
        return request.build();
    }

    /** Whether a metric is about the process, or about one of the first tenants. */
    private boolean shown(String[] labels) {
        for (int i = 0; i < labels.length; i += 2) {
            if (labels[i].equals(Metrics.TENANT) && !tenants.contains(labels[i + 1])) {
                return tenants.size() < MAX_TENANTS && tenants.add(labels[i + 1]);
            }
        }
        return true;
    }

    private TimeSeries series(String name, String[] labels, double value, long nowMs) {
        TreeMap<String, String> sorted = new TreeMap<>();
        sorted.put(Label.METRIC_NAME, name);
        sorted.put("job", "engram");
        sorted.put("instance", instance);
        for (int i = 0; i < labels.length; i += 2) {
            sorted.put(labels[i], labels[i + 1]);
        }
        TimeSeries.Builder series = TimeSeries.newBuilder();
        sorted.forEach((labelName, labelValue) -> series.addLabels(
                io.engram.proto.remote.v1.Label.newBuilder().setName(labelName).setValue(labelValue)));
        return series.addSamples(Sample.newBuilder().setTimestamp(nowMs).setValue(value))
                .build();
    }

    /** Stops the rounds and waits for one that is under way. */
    @Override
    public void stop() {
        timer.shutdown();
        try {
            if (!timer.awaitTermination(10, TimeUnit.SECONDS)) {
                timer.shutdownNow();
            }
        } catch (InterruptedException e) {
            timer.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }
}
