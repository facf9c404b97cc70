package io.engram.compactor.plan;

import java.util.List;

/**
 * How blocks are to be merged.
 *
 * @param rangesMs the ranges that blocks grow to, rising, each a multiple of the one before
 * @param waitMs how old a block's youngest source must be before it is merged: copies of it may still be on their way
 * @param maxIndexBytes blocks whose indexes are bigger together are not merged: the format ends at 64 GiB
 */
public record PlanRules(List<Long> rangesMs, long waitMs, long maxIndexBytes) {
    public PlanRules {
        rangesMs = List.copyOf(rangesMs);
        long before = 0;
        for (long rangeMs : rangesMs) {
            if (rangeMs <= before || (before > 0 && rangeMs % before != 0)) {
                throw new IllegalArgumentException(
                        "ranges must rise, each a multiple of the one before, but are " + rangesMs + " ms");
            }
            before = rangeMs;
        }
        if (rangesMs.isEmpty() || waitMs < 0) {
            throw new IllegalArgumentException("there must be a range, and a wait of at least 0 ms, not " + waitMs);
        }
    }
}
