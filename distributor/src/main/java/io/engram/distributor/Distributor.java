package io.engram.distributor;

import io.engram.distributor.limits.SendingRate;
import io.engram.model.TenantId;
import io.engram.model.limits.Limits;
import io.engram.model.limits.TenantLimits;
import io.engram.model.time.Clock;
import io.engram.proto.Push;
import io.engram.server.http.Routes;
import io.engram.server.metrics.Metrics;
import io.engram.server.metrics.PerTenant;
import java.util.List;

/**
 * The door for writes. Takes remote write over HTTP, or from within the process, checks and fingerprints each series,
 * and hands the samples to their owners. Safe for all threads.
 */
public final class Distributor {
    /** Where senders of other systems point to: Cortex and Mimir, Prometheus, Thanos, and Cortex of old. */
    private static final List<String> PATHS =
            List.of("/api/v1/push", "/api/v1/write", "/api/v1/receive", "/api/prom/push");

    private final PerTenant<TenantWrites> tenants;
    private final TenantLimits limits;
    private final Clock clock;
    private final WritePath path;
    private final RemoteWriteEndpoint endpoint;

    /**
     * @param clusterSeed the same in every process of a cluster, for ever
     * @param push where samples go
     */
    public Distributor(
            DistributorConfig config, long clusterSeed, TenantLimits limits, Push push, Clock clock, Metrics metrics) {
        this.limits = limits;
        this.clock = clock;
        this.tenants = metrics.perTenant(
                clock, "engram_distributor_", tenant -> new TenantWrites(tenant, clusterSeed, metrics));
        ByteBudget inflight = new ByteBudget(config.inflightBytes());
        KnownSeries known = new KnownSeries(config.knownBytes());
        KnownRefs knownRefs = new KnownRefs(config.knownBytes());
        DecodeContexts contexts = new DecodeContexts(config.contexts(), known, knownRefs, config.maxRecvMsgSize());
        this.path = new WritePath(config.maxRecvMsgSize(), limits, clock, contexts, knownRefs, inflight, push);
        this.endpoint = new RemoteWriteEndpoint(config.maxRecvMsgSize(), inflight, tenants::of, path);
        metrics.gauge(
                "engram_distributor_inflight_bytes",
                "Bytes of bodies that are being worked on.",
                inflight::reservedBytes);
        metrics.gauge("engram_distributor_known_series_slots", "Room for series that need no check.", known::slots);
        metrics.gauge(
                "engram_distributor_known_refs_slots",
                "Room for series of remote write 2.0 whose labels need not be written out.",
                knownRefs::slots);
    }

    /** Adds the paths of remote write. */
    public void register(Routes routes) {
        for (String pattern : PATHS) {
            routes.add("POST", pattern, Routes.Access.WRITE, endpoint);
        }
    }

    /** How fast a tenant sends; one that has not sent has all its burst left. */
    public SendingRate sendingRate(TenantId tenant) {
        Limits own = limits.of(tenant);
        TenantWrites known = tenants.known(tenant);
        if (known != null) {
            return known.sendingRate(own, clock.nowMs());
        }
        long burst = own.ingestionRate() == 0 ? 0 : TokenBucket.burst(own.ingestionRate(), own.ingestionBurst());
        return new SendingRate(0, burst, burst);
    }

    /**
     * Stores a remote write 1.0 request that was made in this process, and returns when it is durable.
     *
     * @param message protobuf, not compressed, in the first {@code length} bytes; borrowed until this returns
     * @throws io.engram.model.failure.Failure as for a request over HTTP
     */
    public void write(TenantId tenant, byte[] message, int length) throws InterruptedException {
        Written written =
                path.write(tenant, tenants.of(tenant), new Body.Plain(WriteMessage.VERSION_1, message, length));
        if (written.refusal() != null) {
            throw written.refusal();
        }
    }
}
