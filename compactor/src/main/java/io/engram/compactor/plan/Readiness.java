package io.engram.compactor.plan;

import io.engram.model.block.BlockMeta;
import java.util.Collection;
import java.util.List;

/**
 * Whether all that belongs together is likely to be there. A wrong guess costs work, no samples: what comes later is merged
 * later.
 */
final class Readiness {
    private final long newestStartMs;
    private final long waitMs;
    private final long nowMs;

    private Readiness(long newestStartMs, long waitMs, long nowMs) {
        this.newestStartMs = newestStartMs;
        this.waitMs = waitMs;
        this.nowMs = nowMs;
    }

    /** @param all of the tenant, of whatever labels and resolution */
    static Readiness of(Collection<BlockMeta> all, long waitMs, long nowMs) {
        long newestStartMs = all.stream().mapToLong(BlockMeta::minTimeMs).max().orElse(Long.MIN_VALUE);
        return new Readiness(newestStartMs, waitMs, nowMs);
    }

    /**
     * Whether the copies of a block, which its other ingesters upload, had the time to come. One that says it was made later
     * than its copies can be, by a clock that is far ahead, does not hold up anything.
     */
    boolean isSettled(BlockMeta block) {
        return Math.abs(nowMs - Lineage.bornMs(block)) >= waitMs;
    }

    boolean isAfter(long timeMs) {
        return nowMs >= timeMs;
    }

    /**
     * Whether a range is over: the tenant has a block that begins behind it, as Prometheus asks. Or nothing came into it for
     * as long as it is long: the tenant has gone, and its last day is merged all the same.
     */
    boolean isPast(long endMs, long rangeMs, List<BlockMeta> blocks) {
        return endMs <= newestStartMs || blocks.stream().allMatch(block -> nowMs - Lineage.bornMs(block) >= rangeMs);
    }
}
