package io.engram.compactor;

import io.engram.compactor.tenant.TenantView;
import io.engram.model.TenantId;
import io.engram.model.block.BlockMeta;
import io.engram.model.block.Folded;
import java.util.Collection;
import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/** What folding came to in the blocks that tenants have, as of the last look at each. For any number of threads. */
final class FoldTotals {
    /**
     * Of one tenant.
     *
     * @param blocks that are folded
     * @param series of them, each counted in every block that has it
     */
    record Total(int blocks, Folded series) {}

    private final ConcurrentSkipListMap<TenantId, Total> tenants =
            new ConcurrentSkipListMap<>(Comparator.comparing(TenantId::value));

    void looked(TenantId tenant, TenantView view) {
        int blocks = 0;
        Folded series = Folded.NOTHING;
        for (BlockMeta block : view.blocks()) {
            if (block.isFolded() && !view.deletionS().containsKey(block.id())) {
                blocks++;
                series = series.plus(block.engram().folded().orElseThrow());
            }
        }
        if (blocks > 0) {
            tenants.put(tenant, new Total(blocks, series));
        } else {
            tenants.remove(tenant);
        }
    }

    /** Forgets tenants that are not named. */
    void retain(Collection<TenantId> known) {
        tenants.keySet().retainAll(known);
    }

    /** By tenant; those that have folded blocks. */
    Map<TenantId, Total> all() {
        return tenants;
    }
}
