package io.engram.ingester.replicas;

import io.engram.model.TenantId;
import io.engram.model.time.Clock;
import io.engram.server.http.Routes;
import io.engram.server.metrics.Metrics;
import io.engram.tsdb.head.Heads;
import java.io.Closeable;
import java.util.Comparator;
import java.util.List;
import java.util.function.Supplier;

/** The replicas of the tenants that this instance has series of. Safe for all threads. */
public final class Replicas {
    private final Supplier<Heads> heads;
    private final Clock clock;

    /** @param heads throws while they cannot be asked yet */
    public Replicas(Supplier<Heads> heads, Clock clock) {
        this.heads = heads;
        this.clock = clock;
    }

    /** Adds the page. */
    public void register(Routes routes) {
        routes.add("GET", "/replicas", Routes.Access.OBSERVE, new ReplicasPage(this::all));
    }

    /** Begins to show metrics; to be closed before the heads are. */
    public Closeable measure(Metrics metrics) {
        ReplicaMetrics shown = new ReplicaMetrics(this::all, metrics);
        shown.start();
        return shown;
    }

    /** The tenants that have replicas, by name. */
    List<TenantReplicas> all() {
        Heads asked = heads.get();
        return asked.tenants().stream()
                .sorted(Comparator.comparing(TenantId::value))
                .map(tenant -> of(asked, tenant))
                .filter(tenant -> !tenant.clusters().isEmpty())
                .toList();
    }

    private TenantReplicas of(Heads asked, TenantId tenant) {
        return new TenantReplicas(
                tenant,
                ReplicaReport.of(asked.activity(tenant), asked.replicaNewest(tenant), clock.nowMs()),
                asked.uncountedReplicaSeries(tenant));
    }
}
