package io.engram.distributor;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.model.write.WriteOutcome;
import io.engram.proto.PendingPush;
import io.engram.proto.Push;
import io.engram.ring.Instance;
import io.engram.ring.Ring;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Sends each series to the instance that the ring says owns it: one copy. Where one instance owns everything, its batch
 * goes there as it is. Safe for many threads.
 */
public final class RingPush implements Push {
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
        Map<String, OwnerBatch> byOwner = new LinkedHashMap<>();
        for (int series = 0; series < batch.seriesCount; series++) {
            var owners = now.owners(batch.placement[series], 1).instances();
            if (owners.isEmpty()) {
                throw new Failure(ErrorId.NO_OWNER, "no ingester on the ring is active");
            }
            byOwner.computeIfAbsent(owners.get(0).id(), id -> new OwnerBatch(batch))
                    .add(batch, series);
        }
        Map<OwnerBatch, PendingPush> pending = new LinkedHashMap<>();
        byOwner.forEach((id, part) -> pending.put(part, pushes.apply(id).push(part.finished())));
        int sampleCount = batch.sampleCount;
        return () -> {
            WriteOutcome all = new WriteOutcome(sampleCount);
            for (var entry : pending.entrySet()) {
                entry.getKey().addTo(all, entry.getValue().await());
            }
            return all;
        };
    }

    /** The part of a batch that one owner gets, and where its samples stood in the whole. */
    private static final class OwnerBatch {
        private final WriteBatch part = new WriteBatch();
        private final int[] ordinal;

        OwnerBatch(WriteBatch whole) {
            part.tenant = whole.tenant;
            part.labels = whole.labels;
            part.fingerprintHi = new long[whole.seriesCount];
            part.fingerprintLo = new long[whole.seriesCount];
            part.placement = new int[whole.seriesCount];
            part.labelOffset = new int[whole.seriesCount];
            part.labelLength = new int[whole.seriesCount];
            part.firstSample = new int[whole.seriesCount + 1];
            part.timestampMs = new long[whole.sampleCount];
            part.valueBits = new long[whole.sampleCount];
            ordinal = new int[whole.sampleCount];
        }

        void add(WriteBatch whole, int series) {
            int to = part.seriesCount++;
            part.fingerprintHi[to] = whole.fingerprintHi[series];
            part.fingerprintLo[to] = whole.fingerprintLo[series];
            part.placement[to] = whole.placement[series];
            part.labelOffset[to] = whole.labelOffset[series];
            part.labelLength[to] = whole.labelLength[series];
            part.firstSample[to] = part.sampleCount;
            for (int sample = whole.firstSample[series]; sample < whole.firstSample[series + 1]; sample++) {
                part.timestampMs[part.sampleCount] = whole.timestampMs[sample];
                part.valueBits[part.sampleCount] = whole.valueBits[sample];
                ordinal[part.sampleCount++] = sample;
            }
        }

        WriteBatch finished() {
            part.firstSample[part.seriesCount] = part.sampleCount;
            return part;
        }

        void addTo(WriteOutcome all, WriteOutcome mine) {
            for (int sample = 0; sample < part.sampleCount; sample++) {
                SampleStatus status = mine.of(sample);
                if (status != SampleStatus.STORED) {
                    all.set(ordinal[sample], status, mine.firstDetailMs(status));
                }
            }
        }
    }
}
