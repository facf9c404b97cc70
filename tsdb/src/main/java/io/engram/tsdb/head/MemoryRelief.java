package io.engram.tsdb.head;

import io.engram.model.failure.Failure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Measures the heads' memory and, where it is full, has those give way that hold more than an equal share. One thread. */
final class MemoryRelief {
    private static final Logger LOG = LoggerFactory.getLogger(MemoryRelief.class);

    private final HeadMemory memory;
    private final SeriesBudget budget;
    private boolean wasFull;

    MemoryRelief(HeadMemory memory, SeriesBudget budget) {
        this.memory = memory;
        this.budget = budget;
    }

    void relieve(Collection<TenantHead> tenants) {
        MemoryPressure pressure = memory.pressure();
        memory.measure(budget);
        List<TenantHead> big = pressure.full() ? aboveTheirShare(tenants) : List.of();
        if (pressure.full()) {
            big.forEach(MemoryRelief::seal);
            memory.measure(budget);
        }
        boolean full = pressure.full();
        for (TenantHead head : tenants) {
            head.refuseWrites(full && big.contains(head));
        }
        if (full != wasFull) {
            wasFull = full;
            LOG.atWarn()
                    .addKeyValue("usedBytes", pressure.usedBytes())
                    .addKeyValue("limitBytes", pressure.limitBytes())
                    .addKeyValue("tenants", big.stream().map(TenantHead::tenant).toList())
                    .log(full ? "memory is full, these tenants are refused" : "memory is no longer full");
        }
    }

    private List<TenantHead> aboveTheirShare(Collection<TenantHead> tenants) {
        long share = memory.pressure().limitBytes() / Math.max(1, tenants.size());
        List<TenantHead> big = new ArrayList<>();
        for (TenantHead head : tenants) {
            if (head.stats().memoryBytes() > share) {
                big.add(head);
            }
        }
        return big;
    }

    private static void seal(TenantHead head) {
        try {
            new IdleSealing(head).sealBefore(Long.MAX_VALUE, EarlySeal.SAMPLES_WORTH_SEALING);
        } catch (Failure e) { // the disk does not take them: then they stay, and the tenant waits
            LOG.error("cannot seal chunks to make room tenant={}", head.tenant(), e);
        }
    }
}
