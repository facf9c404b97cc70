package io.engram.distributor;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.metadata.MetricMetadata;
import io.engram.model.write.ExemplarSample;
import io.engram.model.write.HistogramSample;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.model.write.WriteOutcome;
import io.engram.proto.PendingPush;
import io.engram.proto.Push;
import io.engram.ring.Instance;
import io.engram.ring.Ring;
import java.util.ArrayList;
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
        Map<String, OwnerBatch> byOwner = new LinkedHashMap<>();
        OwnerBatch[] partOf = new OwnerBatch[batch.seriesCount];
        int[] ordinalOf = new int[batch.seriesCount];
        for (int series = 0; series < batch.seriesCount; series++) {
            partOf[series] = byOwner.computeIfAbsent(
                    owner(now, batch.placement[series]), id -> new OwnerBatch(batch));
            ordinalOf[series] = partOf[series].add(batch, series);
        }
        for (int i = 0; i < batch.histograms.size(); i++) {
            HistogramSample row = batch.histograms.get(i);
            partOf[row.series()].add(row, ordinalOf[row.series()], batch.sampleCount + i);
        }
        int firstExemplar = batch.sampleCount + batch.histograms.size();
        for (int i = 0; i < batch.exemplars.size(); i++) {
            ExemplarSample row = batch.exemplars.get(i);
            partOf[row.series()].add(row, ordinalOf[row.series()], firstExemplar + i);
        }
        // Of a metric, not of its series: one owner keeps it, and readers ask all.
        for (MetricMetadata metadata : batch.metadata) {
            byOwner.computeIfAbsent(
                            owner(now, metadata.metric().hashCode() * HASH_SPREAD), id -> new OwnerBatch(batch))
                    .part
                    .metadata
                    .add(metadata);
        }
        Map<OwnerBatch, PendingPush> pending = new LinkedHashMap<>();
        byOwner.forEach((id, part) -> pending.put(part, pushes.apply(id).push(part.finished())));
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

    /** The part of a batch that one owner gets, and where its rows stood in the whole. */
    private static final class OwnerBatch {
        private final WriteBatch part = new WriteBatch();
        private final int[] sampleRow;
        private final List<Integer> histogramRow = new ArrayList<>();
        private final List<Integer> exemplarRow = new ArrayList<>();

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
            part.hasStarts = whole.hasStarts;
            part.startMs = new long[whole.hasStarts ? whole.sampleCount : 0];
            sampleRow = new int[whole.sampleCount];
        }

        /** Adds a series with its floats; its ordinal in the part. */
        int add(WriteBatch whole, int series) {
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
                if (whole.hasStarts) {
                    part.startMs[part.sampleCount] = whole.startMs[sample];
                }
                sampleRow[part.sampleCount++] = sample;
            }
            return to;
        }

        void add(HistogramSample row, int series, int wholeRow) {
            part.histograms.add(new HistogramSample(series, row.timestampMs(), row.startMs(), row.value()));
            histogramRow.add(wholeRow);
        }

        void add(ExemplarSample row, int series, int wholeRow) {
            part.exemplars.add(new ExemplarSample(series, row.timestampMs(), row.value(), row.labels()));
            exemplarRow.add(wholeRow);
        }

        WriteBatch finished() {
            part.firstSample[part.seriesCount] = part.sampleCount;
            return part;
        }

        void addTo(WriteOutcome all, WriteOutcome mine) {
            for (int row = 0; row < part.rowCount(); row++) {
                SampleStatus status = mine.of(row);
                if (status != SampleStatus.STORED) {
                    all.set(wholeRow(row), status, mine.firstDetailMs(status));
                }
            }
        }

        private int wholeRow(int row) {
            if (row < part.sampleCount) {
                return sampleRow[row];
            }
            int behind = row - part.sampleCount;
            return behind < histogramRow.size()
                    ? histogramRow.get(behind)
                    : exemplarRow.get(behind - histogramRow.size());
        }
    }
}
