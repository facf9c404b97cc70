package io.engram.compactor;

import io.engram.compactor.plan.PlannedJob;
import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Keeps jobs that failed from being tried all the time: the first delay is the interval of passes, each further one twice
 * that, up to an hour. For any number of threads.
 */
final class JobBackoff {
    private static final long MAX_DELAY_MS = 3_600_000;

    private record Key(TenantId tenant, Set<BlockId> blocks) {}

    private record Failed(int times, long againMs) {}

    private final long intervalMs;
    private final Map<Key, Failed> failures = new HashMap<>(); // guarded by this

    JobBackoff(long intervalMs) {
        this.intervalMs = intervalMs;
    }

    synchronized void failed(QueuedJob job, long nowMs) {
        Key key = key(job.tenant, job.job);
        int times = failures.containsKey(key) ? failures.get(key).times + 1 : 1;
        long delayMs = Math.min(Math.max(intervalMs, MAX_DELAY_MS), intervalMs << Math.min(times - 1, 10));
        failures.put(key, new Failed(times, nowMs + delayMs));
    }

    /** Those of a tenant's plan that may be tried now. What is not planned any more is forgotten. */
    synchronized List<PlannedJob> admit(TenantId tenant, List<PlannedJob> plan, long nowMs) {
        Set<Key> planned = new HashSet<>();
        plan.forEach(job -> planned.add(key(tenant, job)));
        failures.keySet().removeIf(key -> key.tenant.equals(tenant) && !planned.contains(key));
        return plan.stream()
                .filter(job -> {
                    Failed failed = failures.get(key(tenant, job));
                    return failed == null || failed.againMs <= nowMs;
                })
                .toList();
    }

    /** Forgets tenants that are not named. */
    synchronized void retain(Collection<TenantId> tenants) {
        failures.keySet().removeIf(key -> !tenants.contains(key.tenant));
    }

    /** Jobs that failed and wait for their next try, or are at it. */
    synchronized int count() {
        return failures.size();
    }

    private static Key key(TenantId tenant, PlannedJob job) {
        return new Key(tenant, Set.copyOf(job.ids()));
    }
}
