package io.engram.distributor;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.metadata.MetricMetadata;
import io.engram.model.write.WriteBatch;
import io.engram.model.write.WriteOutcome;
import io.engram.proto.PendingPush;
import io.engram.proto.Push;
import io.engram.ring.Instance;
import io.engram.ring.Ring;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Sends each series to the instance that the ring says owns it: one copy. Where one instance owns everything, its batch
 * goes there as it is. Safe for many threads.
 */
public final class RingPush implements Push {
    /** Spreads hash codes over all tokens. */
    private static final int HASH_SPREAD = 0x9E3779B1;

    private final Supplier<Ring> ring;
    private final Function<String, Push> pushes;

    /**
     * @param ring the newest
     * @param pushes the way to an instance, by its id
     */
    public RingPush(Supplier<Ring> ring, Function<String, Push> pushes) {
        this.ring = ring;
        this.pushes = pushes;
    }

    @Override
    public PendingPush push(WriteBatch batch) {
        Ring now = ring.get();
        Instance only = now.soleOwner();
        return only != null ? pushes.apply(only.id()).push(batch) : pushToOwners(now, batch);
    }

    private PendingPush pushToOwners(Ring now, WriteBatch batch) {
        Map<String, BatchPart> byOwner = new LinkedHashMap<>();
        BatchPart[] partOf = new BatchPart[batch.seriesCount];
        int[] ordinalOf = new int[batch.seriesCount];
        for (int series = 0; series < batch.seriesCount; series++) {
            partOf[series] = byOwner.computeIfAbsent(owner(now, batch.placement[series]), id -> new BatchPart(batch));
            ordinalOf[series] = partOf[series].add(batch, series);
        }
        BatchPart.addOthers(batch, partOf, ordinalOf);
        // Of a metric, not of its series: one owner keeps it, and readers ask all.
        for (MetricMetadata metadata : batch.metadata) {
            byOwner.computeIfAbsent(owner(now, metadata.metric().hashCode() * HASH_SPREAD), id -> new BatchPart(batch))
                    .add(metadata);
        }
        Map<BatchPart, PendingPush> pending = new LinkedHashMap<>();
        byOwner.forEach((id, part) -> pending.put(part, pushes.apply(id).push(part.batch())));
        int rowCount = batch.rowCount();
        return () -> {
            WriteOutcome all = new WriteOutcome(rowCount);
            for (var entry : pending.entrySet()) {
                entry.getKey().addTo(all, entry.getValue().await());
            }
            return all;
        };
    }

    private static String owner(Ring now, int token) {
        List<Instance> owners = now.owners(token, 1).instances();
        if (owners.isEmpty()) {
            throw new Failure(ErrorId.NO_OWNER, "no ingester on the ring is active");
        }
        return owners.get(0).id();
    }
}
