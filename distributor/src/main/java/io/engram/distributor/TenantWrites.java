package io.engram.distributor;

import com.codahale.metrics.Counter;
import io.engram.distributor.ha.HaCounters;
import io.engram.distributor.limits.SendingRate;
import io.engram.model.TenantId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.hash.SeriesHash;
import io.engram.model.limits.Limits;
import io.engram.server.metrics.Histogram;
import io.engram.server.metrics.Metrics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;

/** What the distributor keeps for one tenant: its hash, what follows from its limits, its metrics. Safe for all threads. */
final class TenantWrites {
    private static final double[] SECONDS = {0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30
    };

    /** What follows from limits as they were looked up; made anew when they change. */
    private record Derived(Limits limits, ReplicaLabels replicas, long knownSalt, HaLabels haLabels) {}

    private final TenantId tenant;
    private final SeriesHash hash;
    private final Metrics metrics;
    private final KnownMetadata metadata;
    private final TenantRate rate;
    private final Map<ErrorId, Counter> refusedSamples = new ConcurrentHashMap<>();
    private final Map<ErrorId, Counter> droppedSamples = new ConcurrentHashMap<>();
    private final Map<ErrorId, Counter> refusedRequests = new ConcurrentHashMap<>();
    private volatile Derived derived;
    private volatile HaCounters ha;

    final Counter requests;
    final Counter receivedBytes;
    final Counter receivedSamples;
    final Counter storedSamples;
    final Counter receivedHistograms;
    final Counter receivedExemplars;
    final Counter storedExemplars;
    final Counter refusedExemplars;
    final Counter receivedMetadata;
    final Counter newMetadata;
    /** From the first header to the answer. */
    final Histogram seconds;

    TenantWrites(TenantId tenant, long clusterSeed, IntSupplier distributors, Metrics metrics) {
        this.tenant = tenant;
        this.rate = new TenantRate(distributors);
        this.hash = new SeriesHash(clusterSeed, tenant);
        this.metadata = new KnownMetadata(hash);
        this.metrics = metrics;
        this.requests = counter("requests_total", "Writes that came in.");
        this.receivedBytes = counter("received_bytes_total", "Bytes of bodies as they were sent, compressed.");
        this.receivedSamples =
                counter("received_samples_total", "Samples, native histograms included, that could be decoded.");
        this.receivedHistograms = counter("received_histograms_total", "Native histograms among the samples.");
        this.storedSamples = counter("stored_samples_total", "Samples that are stored, retries of the same included.");
        this.receivedExemplars = counter("received_exemplars_total", "Exemplars that could be decoded.");
        this.storedExemplars = counter("stored_exemplars_total", "Exemplars that are stored.");
        this.refusedExemplars = counter(
                "refused_exemplars_total", "Exemplars that are old, too long, or of a series that was refused.");
        this.receivedMetadata = counter("received_metadata_total", "Times that a metric's type and help were told.");
        this.newMetadata = counter("new_metadata_total", "Times that this was new, or forgotten since.");
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

    /**
     * What a request that begins now is judged by.
     *
     * @param arbiter of elections, where the limits ask for them
     */
    WriteRules rules(Limits limits, long nowMs, Arbiter arbiter) {
        Derived current = derived;
        if (current == null || !current.limits.equals(limits)) {
            // Series that were good under other limits are looked at again: their keys in KnownSeries change.
            long salt = (31L * limits.hashCode() + 1) * 0x9E3779B97F4A7C15L;
            current = new Derived(
                    limits,
                    new ReplicaLabels(limits.placementLabels()),
                    salt,
                    limits.haTrackerEnabled() ? new HaLabels(limits) : null);
            derived = current;
        }
        RequestElection election =
                current.haLabels == null ? null : new RequestElection(current.haLabels, hash, arbiter);
        return new WriteRules(tenant, hash, limits, current.replicas, metadata, current.knownSalt, election, nowMs);
    }

    /** Made when they are needed: most tenants have no elections. */
    HaCounters ha() {
        HaCounters current = ha;
        if (current == null) {
            current = new HaCounters(tenant, metrics); // whoever makes them too gets the same handles
            ha = current;
        }
        return current;
    }

    /**
     * Takes samples out of what the tenant may send now.
     *
     * @throws Failure {@link ErrorId#INGESTION_RATE} where they are more
     */
    void admit(int samples, WriteRules rules) {
        if (!rate.admit(samples, rules.limits(), rules.nowMs())) {
            countRefusedSamples(ErrorId.INGESTION_RATE, samples);
            throw new Failure(
                    ErrorId.INGESTION_RATE,
                    "tenant " + tenant + " sends more than the "
                            + rules.limits().ingestionRate()
                            + " samples a second that it may (limits.ingestion-rate), and more than "
                            + TenantRate.burst(rules.limits())
                            + " at once beyond that (limits.ingestion-burst); this request has " + samples);
        }
    }

    /** How fast the tenant sends. */
    SendingRate sendingRate(Limits limits, long nowMs) {
        return rate.sending(limits, nowMs);
    }

    /** Remembers metadata that is stored. */
    void know(long[] metadataHashes) {
        if (metadataHashes.length > 0) {
            newMetadata.inc(metadataHashes.length);
            metadata.add(metadataHashes);
        }
    }

    /** Samples of new series beyond a limit, where the tenant wants them left out without a refusal. */
    void countDroppedSamples(ErrorId id, int samples) {
        droppedSamples
                .computeIfAbsent(
                        id,
                        any -> metrics.counter(
                                "engram_distributor_dropped_samples_total",
                                "Samples that were left out and answered as if stored, by reason.",
                                "reason",
                                Refusals.reason(any),
                                Metrics.TENANT,
                                tenant.value()))
                .inc(samples);
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
