package io.engram.distributor;

import io.engram.distributor.ha.HaTracker;
import io.engram.distributor.ha.HaTrackerConfig;
import io.engram.distributor.ha.HaTrackerPage;
import io.engram.distributor.ha.HaWatch;
import io.engram.distributor.ha.HeldWrite;
import io.engram.distributor.limits.SendingRate;
import io.engram.model.TenantId;
import io.engram.model.limits.Limits;
import io.engram.model.limits.TenantLimits;
import io.engram.model.time.Clock;
import io.engram.proto.Push;
import io.engram.ring.InProcessStore;
import io.engram.ring.KeyValueStore;
import io.engram.server.http.Routes;
import io.engram.server.lifecycle.Component;
import io.engram.server.metrics.Metrics;
import io.engram.server.metrics.PerTenant;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.IntSupplier;

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
    private final HaTracker tracker;

    /** With elections of its own, for tests and tools. */
    public Distributor(
            DistributorConfig config, long clusterSeed, TenantLimits limits, Push push, Clock clock, Metrics metrics) {
        this(
                config,
                HaTrackerConfig.defaults(),
                clusterSeed,
                limits,
                new InProcessStore(),
                () -> 1,
                push,
                clock,
                metrics);
    }

    /**
     * @param clusterSeed the same in every process of a cluster, for ever
     * @param store where elections are kept
     * @param distributors how many there are in the cluster
     * @param push where samples go
     */
    public Distributor(
            DistributorConfig config,
            HaTrackerConfig haConfig,
            long clusterSeed,
            TenantLimits limits,
            KeyValueStore store,
            IntSupplier distributors,
            Push push,
            Clock clock,
            Metrics metrics) {
        this.limits = limits;
        this.clock = clock;
        this.tenants = metrics.perTenant(
                clock, "engram_distributor_", tenant -> new TenantWrites(tenant, clusterSeed, distributors, metrics));
        ByteBudget inflight = new ByteBudget(config.inflightBytes());
        KnownSeries known = new KnownSeries(config.knownBytes());
        KnownRefs knownRefs = new KnownRefs(config.knownBytes());
        DecodeContexts contexts = new DecodeContexts(config.contexts(), known, knownRefs, config.maxRecvMsgSize());
        this.tracker = new HaTracker(
                haConfig, limits, store, clock, tenant -> tenants.of(tenant).ha());
        this.path = new WritePath(config.maxRecvMsgSize(), limits, clock, contexts, knownRefs, inflight, tracker, push);
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
        metrics.gauge(
                "engram_distributor_ha_tracker_clusters",
                "HA pairs of all tenants of which one server is elected.",
                tracker::clusterCount);
        metrics.gauge(
                "engram_distributor_ha_tracker_held_bytes",
                "Bytes of writes of standbys that are ahead of their leaders.",
                tracker::heldBytes);
    }

    /** What watches over elections; to be started with the process. */
    public Component haWatch() {
        return new HaWatch(this::watchElections);
    }

    /** Looks at elections once. */
    void watchElections(Executor executor) {
        tracker.tick(this::takeOver, executor);
    }

    /** Stores what was held of a replica that was elected, see {@link HaTracker.Replay}. */
    private void takeOver(TenantId tenant, String cluster, String replica, HeldWrite held, long afterMs)
            throws InterruptedException {
        path.takeOver(tenant, tenants.of(tenant), cluster, replica, held, afterMs);
    }

    /** Adds the paths of remote write, and the page about elections. */
    public void register(Routes routes) {
        for (String pattern : PATHS) {
            routes.add("POST", pattern, Routes.Access.WRITE, endpoint);
        }
        routes.add("GET", "/distributor/ha_tracker", Routes.Access.OPERATE, new HaTrackerPage(tracker, clock));
    }

    /** How fast a tenant sends; one that has not sent has all its burst left. */
    public SendingRate sendingRate(TenantId tenant) {
        Limits own = limits.of(tenant);
        TenantWrites known = tenants.known(tenant);
        if (known != null) {
            return known.sendingRate(own, clock.nowMs());
        }
        long burst = TenantRate.burst(own);
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
