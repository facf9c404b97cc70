package io.engram.server.metrics;

import io.engram.model.TenantId;
import io.engram.model.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;

/** Handles of metrics, one {@code T} per tenant. Safe for all threads; made by {@link Metrics#perTenant}. */
public final class PerTenant<T> {
    private final Clock clock;
    private final Function<TenantId, T> create;
    private final Map<TenantId, Entry<T>> entries = new ConcurrentHashMap<>();

    private static final class Entry<T> {
        final T handles;
        volatile long usedMs;

        Entry(T handles, long usedMs) {
            this.handles = handles;
            this.usedMs = usedMs;
        }
    }

    PerTenant(Clock clock, Function<TenantId, T> create) {
        this.clock = clock;
        this.create = create;
    }

    /** The tenant's handles; kept by the caller for one request, not for longer. */
    public T of(TenantId tenant) {
        long nowMs = clock.nowMs();
        Entry<T> entry = entries.get(tenant);
        if (entry == null) {
            entry = entries.computeIfAbsent(tenant, t -> new Entry<>(create.apply(t), nowMs));
        }
        entry.usedMs = nowMs;
        return entry.handles;
    }

    List<TenantId> idleFor(Duration idle) {
        return entries.keySet().stream().filter(tenant -> isIdle(tenant, idle)).toList();
    }

    boolean isIdle(TenantId tenant, Duration idle) {
        Entry<T> entry = entries.get(tenant);
        return entry == null || clock.nowMs() - entry.usedMs >= idle.toMillis();
    }

    void forget(TenantId tenant) {
        entries.remove(tenant);
    }
}
