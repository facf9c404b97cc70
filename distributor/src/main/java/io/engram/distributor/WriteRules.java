package io.engram.distributor;

import io.engram.model.TenantId;
import io.engram.model.hash.SeriesHash;
import io.engram.model.limits.Limits;

/**
 * What one request is judged by, fixed when it begins, so that looking at the same body again gives the same answer.
 *
 * @param metadata what need not be handed on
 * @param knownSalt mixed into fingerprints in {@link KnownSeries}; another one after the tenant's limits have changed
 * @param election what decides which replicas' series are stored; null where all are
 * @param nowMs the wall clock
 */
record WriteRules(
        TenantId tenant,
        SeriesHash hash,
        Limits limits,
        ReplicaLabels replicas,
        KnownMetadata metadata,
        long knownSalt,
        RequestElection election,
        long nowMs) {
    /** The newest time that is taken, included. */
    long maxTimeMs() {
        long graceMs = limits.futureGracePeriod().toMillis();
        return graceMs == 0 ? Long.MAX_VALUE : nowMs + graceMs;
    }

    /** The oldest time that is taken, included. */
    long minTimeMs() {
        long graceMs = limits.pastGracePeriod().toMillis();
        return graceMs == 0 ? Long.MIN_VALUE : nowMs - graceMs;
    }
}
