package io.engram.server.metrics;

import io.engram.model.TenantId;
import io.engram.model.time.Clock;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Handles of metrics, one {@code T} per tenant. Safe for all threads; made by {@link Metrics#perTenant}. Bounded: who sends
 * with ever new tenant ids makes those forgotten that came longest ago.
 */
public final class PerTenant<T> {
    private final Clock clock;
    private final String prefix;
    private final int maxTenants;
    private final Consumer<PerTenant<T>> crowded;
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

    /** @param crowded is told when there are more than {@code maxTenants} */
    PerTenant(
            Clock clock, String prefix, int maxTenants, Function<TenantId, T> create, Consumer<PerTenant<T>> crowded) {
        this.clock = clock;
        this.prefix = prefix;
        this.maxTenants = maxTenants;
        this.create = create;
        this.crowded = crowded;
    }

    /** With which the names of its metrics begin, and no others. */
    String prefix() {
        return prefix;
    }

    /** The tenant's handles; kept by the caller for one request, not for longer. */
    public T of(TenantId tenant) {
        long nowMs = clock.nowMs();
        Entry<T> entry = entries.get(tenant);
        if (entry == null) {
            entry = entries.computeIfAbsent(tenant, t -> new Entry<>(create.apply(t), nowMs));
            if (entries.size() > maxTenants) {
                crowded.accept(this);
            }
        }
        entry.usedMs = nowMs;
        return entry.handles;
    }

    /** The tenant's handles where there are some, else null: makes none for those who only ask. */
    public T known(TenantId tenant) {
        Entry<T> entry = entries.get(tenant);
        return entry == null ? null : entry.handles;
    }

    /** Takes out a tenth of the tenants, those that came longest ago; returns them. */
    Set<String> forgetIdlest() {
        // Times move on while others work; a copy of them does not.
        Map<TenantId, Long> used = new HashMap<>();
        entries.forEach((tenant, entry) -> used.put(tenant, entry.usedMs));
        List<TenantId> idlest = used.entrySet().stream()
                .sorted(Map.Entry.comparingByValue())
                .limit(Math.max(1, used.size() / 10))
                .map(Map.Entry::getKey)
                .toList();
        Set<String> forgotten = new HashSet<>();
        for (TenantId tenant : idlest) {
            entries.remove(tenant);
            forgotten.add(tenant.value());
        }
        return forgotten;
    }

    int size() {
        return entries.size();
    }
}
