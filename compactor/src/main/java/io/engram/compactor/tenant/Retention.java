package io.engram.compactor.tenant;

import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import java.util.Collection;
import java.util.List;

/** Which blocks are older than a tenant keeps them. */
final class Retention {
    private Retention() {}

    /**
     * Measured against the tenant's newest sample, as the head does; so nothing goes while nothing comes. A sample of the
     * future, which a tenant without limits.future-grace-period may send, must not end everything else: time counts no
     * further than the clock.
     *
     * @param blocks those that stay for the time being
     * @param retentionMs 0 for ever
     * @return blocks all of whose samples are older; their ids
     */
    static List<BlockId> expired(Collection<BlockMeta> blocks, long retentionMs, long nowMs) {
        if (retentionMs == 0) {
            return List.of();
        }
        long newestMs = Math.min(
                nowMs,
                blocks.stream().mapToLong(block -> block.maxTimeMs() - 1).max().orElse(Long.MIN_VALUE));
        return blocks.stream()
                .filter(block -> block.maxTimeMs() <= newestMs - retentionMs)
                .map(BlockMeta::id)
                .toList();
    }
}
