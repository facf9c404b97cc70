package io.engram.distributor;

import com.codahale.metrics.Counter;
import io.engram.model.TenantId;
import io.engram.model.failure.ErrorId;
import io.engram.model.hash.SeriesHash;
import io.engram.model.limits.Limits;
import io.engram.server.metrics.Histogram;
import io.engram.server.metrics.Metrics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What the distributor keeps for one tenant: its hash, what follows from its limits, its metrics. Safe for all threads. */
final class TenantWrites {
    private static final double[] SECONDS = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30
    };

    /** What follows from limits as they were looked up; made anew when they change. */
    private record Derived(Limits limits, ReplicaLabels replicas, long knownSalt) {}

    private final TenantId tenant;
    private final SeriesHash hash;
    private final Metrics metrics;
    private final Map<ErrorId, Counter> refusedSamples = new ConcurrentHashMap<>();
    private final Map<ErrorId, Counter> refusedRequests = new ConcurrentHashMap<>();
    private volatile Derived derived;

    final Counter requests;
    final Counter receivedBytes;
    final Counter receivedSamples;
    final Counter storedSamples;
    final Counter droppedExemplars;
    final Counter droppedMetadata;
    /** From the first header to the answer. */
    final Histogram seconds;

    TenantWrites(TenantId tenant, long clusterSeed, Metrics metrics) {
        this.tenant = tenant;
        this.hash = new SeriesHash(clusterSeed, tenant);
        this.metrics = metrics;
        this.requests = counter("requests_total", "Writes that came in.");
        this.receivedBytes = counter("received_bytes_total", "Bytes of bodies as they were sent, compressed.");
        this.receivedSamples = counter("received_samples_total", "Samples in requests that could be decoded.");
        this.storedSamples = counter("stored_samples_total", "Samples that are stored, retries of the same included.");
        this.droppedExemplars = counter("dropped_exemplars_total", "Exemplars, which this release does not store.");
        this.droppedMetadata = counter("dropped_metadata_total", "Metadata, which this release does not store.");
        this.seconds = metrics.histogram(
                "engram_distributor_write_seconds",
                "How long writes take, from the first header to durable samples.",
                SECONDS,
                Metrics.TENANT,
                tenant.value());
    }

    private Counter counter(String name, String help) {
        return metrics.counter("engram_distributor_" + name, help, Metrics.TENANT, tenant.value());
    }

    /** What a request that begins now is judged by. */
    WriteRules rules(Limits limits, long nowMs) {
        Derived current = derived;
        if (current == null || !current.limits.equals(limits)) {
            // Series that were good under other limits are looked at again: their keys in KnownSeries change.
            long salt = (31L * limits.hashCode() + 1) * 0x9E3779B97F4A7C15L;
            current = new Derived(limits, new ReplicaLabels(limits.replicaLabels()), salt);
            derived = current;
        }
        return new WriteRules(tenant, hash, limits, current.replicas, current.knownSalt, nowMs);
    }

    void countRefusedSamples(ErrorId id, int samples) {
        refusedSamples
                .computeIfAbsent(
                        id,
                        any -> metrics.counter(
                                "engram_distributor_refused_samples_total",
                                "Samples that were refused, by reason.",
                                "reason",
                                Refusals.reason(any),
                                Metrics.TENANT,
                                tenant.value()))
                .inc(samples);
    }

    /** A request that was answered with a refusal. */
    void countRefusedRequest(ErrorId id) {
        refusedRequests
                .computeIfAbsent(
                        id,
                        any -> metrics.counter(
                                "engram_distributor_refused_requests_total",
                                "Requests that were refused, as a whole or in part, by the first reason.",
                                "reason",
                                Refusals.reason(any),
                                Metrics.TENANT,
                                tenant.value()))
                .inc();
    }
}
