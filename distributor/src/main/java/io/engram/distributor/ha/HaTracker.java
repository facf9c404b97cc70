package io.engram.distributor.ha;

import io.engram.model.TenantId;
import io.engram.model.failure.Cause;
import io.engram.model.failure.Failure;
import io.engram.model.limits.Limits;
import io.engram.model.limits.TenantLimits;
import io.engram.model.time.Clock;
import io.engram.ring.KeyValueStore;
import io.engram.ring.StoreUnavailableException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The elections of all tenants whose limits ask for them. Safe for all threads. */
public final class HaTracker {
    private static final Logger LOG = LoggerFactory.getLogger(HaTracker.class);

    private final HaTrackerConfig config;
    private final TenantLimits limits;
    private final Clock clock;
    private final ElectionStore store;
    private final Function<TenantId, HaCounters> counters;
    private final HeldBytes budget;
    private final Map<TenantId, Map<String, TrackedCluster>> clusters = new ConcurrentHashMap<>();
    private final Set<TrackedCluster> takingOver = ConcurrentHashMap.newKeySet();
    private boolean storeAway; // for the thread that ticks

    /** Writes held samples of a replica that was elected. */
    @FunctionalInterface
    public interface Replay {
        /**
         * Returns when those samples of the replica in the write that are newer than {@code afterMs} are durable.
         *
         * @throws Failure where they are not; those of temporary causes are tried again
         */
        void write(TenantId tenant, String cluster, String replica, HeldWrite write, long afterMs)
                throws InterruptedException;
    }

    /** @param counters of a tenant, asked when a cluster of its is first seen */
    public HaTracker(
            HaTrackerConfig config,
            TenantLimits limits,
            KeyValueStore store,
            Clock clock,
            Function<TenantId, HaCounters> counters) {
        this.config = config;
        this.limits = limits;
        this.clock = clock;
        this.store = new ElectionStore(store);
        this.counters = counters;
        this.budget = new HeldBytes(config.maxHeldBytes());
    }

    /**
     * Says what to do with samples that a request has of a replica.
     *
     * @param oldestMs the oldest of them
     * @param newestMs the newest of them
     * @param write makes a copy of the request, where it is to be held
     */
    public Verdict received(
            TenantId tenant,
            Limits own,
            String cluster,
            String replica,
            long oldestMs,
            long newestMs,
            long nowMs,
            Supplier<HeldWrite> write) {
        while (true) {
            TrackedCluster tracked = cluster(tenant, own, cluster, nowMs);
            if (tracked == null) {
                return new Verdict.TooManyClusters(clusters.get(tenant).size());
            }
            Verdict verdict = tracked.received(replica, oldestMs, newestMs, nowMs, write);
            if (verdict != null) {
                return verdict;
            }
        }
    }

    private TrackedCluster cluster(TenantId tenant, Limits own, String name, long nowMs) {
        Map<String, TrackedCluster> all = clusters.computeIfAbsent(tenant, _ -> new ConcurrentHashMap<>());
        TrackedCluster known = all.get(name);
        if (known != null) {
            return known;
        }
        synchronized (all) { // so that two new clusters do not both take the last place
            if (own.haMaxClusters() > 0 && all.size() >= own.haMaxClusters() && !all.containsKey(name)) {
                return null;
            }
            return all.computeIfAbsent(name, _ -> new TrackedCluster(
                            tenant,
                            name,
                            config.times(31 * tenant.hashCode() + name.hashCode()),
                            store,
                            budget,
                            counters.apply(tenant),
                            nowMs)
                    .watched());
        }
    }

    /** Notes that samples of a replica up to {@code newestMs} are durable. */
    public void written(TenantId tenant, String cluster, String replica, long newestMs) {
        Map<String, TrackedCluster> all = clusters.get(tenant);
        TrackedCluster known = all == null ? null : all.get(cluster);
        if (known != null) {
            known.written(replica, newestMs, clock.nowMs());
        }
    }

    /**
     * Looks at all clusters: elects where leaders are silent, has the new ones' held writes written, forgets who is gone.
     * Called by one thread.
     *
     * @param executor runs what takes its time
     */
    public void tick(Replay replay, Executor executor) {
        StoreUnavailableException away = null;
        for (Map.Entry<TenantId, Map<String, TrackedCluster>> own : clusters.entrySet()) {
            boolean off = !limits.of(own.getKey()).haTrackerEnabled();
            for (TrackedCluster cluster : own.getValue().values()) {
                try {
                    tick(cluster, off, replay, executor);
                } catch (StoreUnavailableException e) {
                    away = e;
                }
            }
        }
        tellStore(away);
    }

    private void tick(TrackedCluster cluster, boolean off, Replay replay, Executor executor) {
        long nowMs = clock.nowMs();
        if (cluster.forget(off, nowMs)) {
            clusters.get(cluster.tenant).remove(cluster.name, cluster);
        } else {
            if (cluster.tick(nowMs) && takingOver.add(cluster)) {
                executor.execute(() -> takeOver(cluster, replay));
            }
            cluster.share(nowMs);
        }
    }

    private void tellStore(StoreUnavailableException why) {
        if (why != null && !storeAway) {
            LOG.warn("HA tracker: leaders stay, nobody can be elected: {}", why.getMessage());
        } else if (why == null && storeAway) {
            LOG.info("HA tracker: elections go on");
        }
        storeAway = why != null;
    }

    private void takeOver(TrackedCluster cluster, Replay replay) {
        try {
            for (TrackedCluster.Next next = cluster.next(clock.nowMs());
                    next != null;
                    next = cluster.next(clock.nowMs())) {
                write(cluster, next, replay);
                cluster.wrote(next);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Failure e) {
            // What is held stays held, and the new leader's sender waits: the next tick tries again.
            LOG.atWarn()
                    .addKeyValue("tenant", cluster.tenant)
                    .addKeyValue("cluster", cluster.name)
                    .addKeyValue("error", e.getMessage())
                    .log("HA tracker: what is held of the new leader cannot be written yet");
        } finally {
            takingOver.remove(cluster);
        }
    }

    private void write(TrackedCluster cluster, TrackedCluster.Next next, Replay replay) throws InterruptedException {
        try {
            replay.write(cluster.tenant, cluster.name, next.replica(), next.write(), next.afterMs());
        } catch (Failure e) {
            Cause cause = e.id().cause();
            if (cause == Cause.UNAVAILABLE || cause == Cause.RATE_LIMITED) {
                throw e;
            }
            // Its sender would have been told the same, and would not have sent it again. The rest of it is stored.
            counters.apply(cluster.tenant).droppedWrites.inc();
            LOG.atWarn()
                    .addKeyValue("tenant", cluster.tenant)
                    .addKeyValue("cluster", cluster.name)
                    .addKeyValue("error", e.getMessage())
                    .log("HA tracker: a write that was held of the new leader is refused, at least in part");
        }
    }

    /** Bytes of writes that are held. */
    public long heldBytes() {
        return budget.usedBytes();
    }

    /** Clusters of all tenants. */
    public int clusterCount() {
        return clusters.values().stream().mapToInt(Map::size).sum();
    }

    /** Sorted by tenant and cluster. */
    List<ClusterStatus> status() {
        List<ClusterStatus> all = new ArrayList<>();
        clusters.values().forEach(own -> own.values().forEach(cluster -> all.add(cluster.status())));
        all.sort(Comparator.comparing((ClusterStatus one) -> one.tenant().value())
                .thenComparing(ClusterStatus::cluster));
        return all;
    }
}
