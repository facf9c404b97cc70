package io.engram.distributor.ha;

import com.codahale.metrics.Counter;
import io.engram.model.TenantId;
import io.engram.server.metrics.Metrics;

/** What is counted of the elections of one tenant. Safe for all threads. */
public final class HaCounters {
    /** Rows that were left out because another replica leads, and answered as written. */
    public final Counter standbySamples;

    /** Rows that were written out of held writes when their replica was elected. */
    public final Counter takenOverSamples;

    final Counter failovers;
    final Counter droppedWrites;

    public HaCounters(TenantId tenant, Metrics metrics) {
        this.standbySamples = counter(
                metrics,
                "standby_samples_total",
                "Samples left out because another replica of their HA pair leads; answered as written.",
                tenant);
        this.takenOverSamples = counter(
                metrics,
                "taken_over_samples_total",
                "Samples written out of what was held of a replica, when it was elected.",
                tenant);
        this.failovers = counter(
                metrics,
                "failovers_total",
                "Times that another replica of an HA pair took the leader's place.",
                tenant);
        this.droppedWrites = counter(
                metrics,
                "dropped_writes_total",
                "Writes that were held of a standby and given up: it or its pair was silent too long, the tracker was"
                        + " turned off, or they broke a rule when they were to be written.",
                tenant);
    }

    private static Counter counter(Metrics metrics, String name, String help, TenantId tenant) {
        return metrics.counter("engram_distributor_ha_tracker_" + name, help, Metrics.TENANT, tenant.value());
    }
}
