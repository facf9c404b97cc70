package io.engram.app;

import io.engram.model.TenantId;
import io.engram.model.labels.Label;
import io.engram.model.time.Clock;
import io.engram.proto.remote.v1.Sample;
import io.engram.proto.remote.v1.TimeSeries;
import io.engram.proto.remote.v1.WriteRequest;
import io.engram.server.metrics.Metrics;
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
final class SelfMonitoring implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SelfMonitoring.class);

    private final Metrics metrics;
    private final Sink sink;
    private final TenantId tenant;
    private final String instance;
    private final Clock clock;
    private final long intervalMs;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("self-monitoring").daemon().factory());

    /** The distributor's entry for requests that do not come over HTTP. */
    @FunctionalInterface
    interface Sink {
        void write(TenantId tenant, byte[] writeRequest) throws InterruptedException;
    }

    SelfMonitoring(SelfMonitoringConfig config, Metrics metrics, Sink sink, String instance, Clock clock) {
        this.metrics = metrics;
        this.sink = sink;
        this.tenant = new TenantId(config.tenant());
        this.instance = instance;
        this.clock = clock;
        this.intervalMs = config.interval().toMillis();
    }

    void start() {
        timer.scheduleAtFixedRate(this::write, 0, intervalMs, TimeUnit.MILLISECONDS);
    }

    private void write() {
        try {
            sink.write(tenant, snapshot().toByteArray());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException e) {
            // The next round tries again; a server that refuses others refuses itself too.
            LOG.atWarn().addKeyValue("tenant", tenant).addKeyValue("error", e.getMessage()).log("own metrics not written");
        }
    }

    WriteRequest snapshot() {
        long nowMs = clock.nowMs();
        WriteRequest.Builder request = WriteRequest.newBuilder();
        metrics.forEachSample((name, labels, value) -> request.addTimeseries(series(name, labels, value, nowMs)));
        request.addTimeseries(series("up", new String[0], 1, nowMs));
        return request.build();
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
        return series.addSamples(Sample.newBuilder().setTimestamp(nowMs).setValue(value)).build();
    }

    /** Stops the rounds and waits for one that is under way. */
    @Override
    public void close() {
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
