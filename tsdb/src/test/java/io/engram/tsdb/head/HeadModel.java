package io.engram.tsdb.head;

import io.engram.model.TenantId;
import io.engram.model.labels.Labels;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;

/** What a head must hold and say, in the plainest way: maps. */
final class HeadModel {
    /** As many runs of starts as a series keeps. */
    private static final int MAX_RUNS = 16;

    private final long retentionMs;
    private final long windowMs;
    private final Map<TenantId, TreeMap<Labels, TreeMap<Long, Long>>> starts = new HashMap<>();
    private final Map<TenantId, TreeMap<Labels, NavigableMap<Long, Long>>> tenants = new HashMap<>();
    private final Map<TenantId, Long> newestMs = new HashMap<>();

    HeadModel(long retentionMs, long windowMs) {
        this.retentionMs = retentionMs;
        this.windowMs = windowMs;
    }

    /** Appends the samples of a batch; what becomes of each. */
    List<SampleStatus> append(WriteBatch batch, List<Labels> labels) {
        List<SampleStatus> statuses = new ArrayList<>();
        long cutMs = cutMs(batch.tenant);
        for (int i = 0; i < batch.seriesCount; i++) {
            for (int s = batch.firstSample[i]; s < batch.firstSample[i + 1]; s++) {
                SampleStatus status =
                        append(batch.tenant, labels.get(i), batch.timestampMs[s], batch.valueBits[s], cutMs);
                statuses.add(status);
                if (batch.hasStarts && batch.startMs[s] != 0 && status == SampleStatus.STORED) {
                    noteStart(batch.tenant, labels.get(i), batch.timestampMs[s], batch.startMs[s]);
                }
            }
        }
        return statuses;
    }

    private void noteStart(TenantId tenant, Labels labels, long timeMs, long startMs) {
        TreeMap<Long, Long> runs =
                starts.computeIfAbsent(tenant, _ -> new TreeMap<>()).computeIfAbsent(labels, _ -> new TreeMap<>());
        Map.Entry<Long, Long> of = runs.floorEntry(timeMs);
        if (of != null && (of.getValue() == startMs || of.getKey() == timeMs)) {
            return;
        }
        Map.Entry<Long, Long> next = runs.higherEntry(timeMs);
        if (next != null && next.getValue() == startMs) {
            runs.remove(next.getKey());
        }
        runs.put(timeMs, startMs);
        if (runs.size() > MAX_RUNS) {
            runs.pollFirstEntry();
        }
    }

    /** From which sample on which start holds, of the series for which one was said. */
    TreeMap<Labels, TreeMap<Long, Long>> starts(TenantId tenant) {
        return starts.getOrDefault(tenant, new TreeMap<>());
    }

    /** The time below which samples are refused now: for all samples of one batch the same. */
    private long cutMs(TenantId tenant) {
        Long newest = newestMs.get(tenant);
        return newest == null || retentionMs == 0 ? Long.MIN_VALUE : newest - retentionMs;
    }

    private SampleStatus append(TenantId tenant, Labels labels, long timeMs, long valueBits, long cutMs) {
        NavigableMap<Long, Long> samples =
                tenants.computeIfAbsent(tenant, _ -> new TreeMap<>()).computeIfAbsent(labels, _ -> new TreeMap<>());
        Long there = samples.get(timeMs);
        if (there != null) {
            return there == valueBits ? SampleStatus.DUPLICATE : SampleStatus.CONFLICT;
        }
        if (timeMs < cutMs) {
            return SampleStatus.TOO_OLD;
        }
        if (!samples.isEmpty() && timeMs < samples.lastKey() && samples.lastKey() - timeMs > windowMs) {
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
