package io.engram.tsdb.head;

import io.engram.model.TenantId;
import io.engram.model.labels.Labels;
import io.engram.model.write.SampleStatus;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** What a head must hold and say, in the plainest way: maps. */
final class HeadModel {
    private final long retentionMs;
    private final Map<TenantId, TreeMap<Labels, NavigableMap<Long, Long>>> tenants = new HashMap<>();
    private final Map<TenantId, Long> newestMs = new HashMap<>();

    HeadModel(long retentionMs) {
        this.retentionMs = retentionMs;
    }

    /** The time below which samples are refused now: for all samples of one batch the same. */
    long cutMs(TenantId tenant) {
        Long newest = newestMs.get(tenant);
        return newest == null || retentionMs == 0 ? Long.MIN_VALUE : newest - retentionMs;
    }

    SampleStatus append(TenantId tenant, Labels labels, long timeMs, long valueBits, long cutMs) {
        NavigableMap<Long, Long> samples =
                tenants.computeIfAbsent(tenant, _ -> new TreeMap<>()).computeIfAbsent(labels, _ -> new TreeMap<>());
        Long there = samples.get(timeMs);
        if (there != null) {
            return there == valueBits ? SampleStatus.DUPLICATE : SampleStatus.CONFLICT;
        }
        if (timeMs < cutMs) {
            return SampleStatus.TOO_OLD;
        }
        if (!samples.isEmpty() && timeMs < samples.lastKey()) {
            return SampleStatus.OUT_OF_ORDER;
        }
        samples.put(timeMs, valueBits);
        newestMs.merge(tenant, timeMs, Math::max);
        return SampleStatus.STORED;
    }

    /** Series that have samples in the range, with these. */
    TreeMap<Labels, NavigableMap<Long, Long>> read(TenantId tenant, long minMs, long maxMs) {
        TreeMap<Labels, NavigableMap<Long, Long>> result = new TreeMap<>();
        tenants.getOrDefault(tenant, new TreeMap<>()).forEach((labels, samples) -> {
            if (minMs <= maxMs) {
                NavigableMap<Long, Long> part = samples.subMap(minMs, true, maxMs, true);
                if (!part.isEmpty()) {
                    result.put(labels, new TreeMap<>(part));
                }
            }
        });
        return result;
    }
}
