package io.engram.distributor;

import io.engram.model.metadata.MetricMetadata;
import io.engram.model.write.ExemplarSample;
import io.engram.model.write.HistogramSample;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.model.write.WriteOutcome;
import java.util.ArrayList;
import java.util.List;

/** Some series of a batch as a batch of their own, which knows where its rows stood in the whole. */
final class BatchPart {
    private final WriteBatch part = new WriteBatch();
    private final int[] sampleRow;
    private final List<Integer> histogramRow = new ArrayList<>();
    private final List<Integer> exemplarRow = new ArrayList<>();

    /** @param whole whose label bytes the part shares */
    BatchPart(WriteBatch whole) {
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

    /**
     * Adds a series with those of its floats that are newer than {@code afterMs}.
     *
     * @return its ordinal in the part
     */
    int add(WriteBatch whole, int series, long afterMs) {
        int to = part.seriesCount++;
        part.fingerprintHi[to] = whole.fingerprintHi[series];
        part.fingerprintLo[to] = whole.fingerprintLo[series];
        part.placement[to] = whole.placement[series];
        part.labelOffset[to] = whole.labelOffset[series];
        part.labelLength[to] = whole.labelLength[series];
        part.firstSample[to] = part.sampleCount;
        for (int sample = whole.firstSample[series]; sample < whole.firstSample[series + 1]; sample++) {
            if (!TakenRows.newer(whole.timestampMs[sample], afterMs)) {
                continue;
            }
            part.timestampMs[part.sampleCount] = whole.timestampMs[sample];
            part.valueBits[part.sampleCount] = whole.valueBits[sample];
            if (whole.hasStarts) {
                part.startMs[part.sampleCount] = whole.startMs[sample];
            }
            sampleRow[part.sampleCount++] = sample;
        }
        return to;
    }

    /** Adds a series with its floats; its ordinal in the part. */
    int add(WriteBatch whole, int series) {
        return add(whole, series, Long.MIN_VALUE);
    }

    /** Adds all of the whole's histograms and exemplars to the parts that have their series. */
    static void addOthers(WriteBatch whole, BatchPart[] partOf, int[] ordinalOf) {
        addOthers(whole, partOf, ordinalOf, null);
    }

    /**
     * Adds the whole's histograms and exemplars to the parts that have their series.
     *
     * @param partOf by series of the whole; null where none has it
     * @param ordinalOf by series of the whole, its ordinal in the part
     * @param afterMs by series of the whole, rows are added that are newer; null adds all
     */
    static void addOthers(WriteBatch whole, BatchPart[] partOf, int[] ordinalOf, long[] afterMs) {
        for (int i = 0; i < whole.histograms.size(); i++) {
            HistogramSample row = whole.histograms.get(i);
            BatchPart to = partOf[row.series()];
            if (to != null && newer(afterMs, row.series(), row.timestampMs())) {
                to.part.histograms.add(
                        new HistogramSample(ordinalOf[row.series()], row.timestampMs(), row.startMs(), row.value()));
                to.histogramRow.add(whole.sampleCount + i);
            }
        }
        int firstExemplar = whole.sampleCount + whole.histograms.size();
        for (int i = 0; i < whole.exemplars.size(); i++) {
            ExemplarSample row = whole.exemplars.get(i);
            BatchPart to = partOf[row.series()];
            if (to != null && newer(afterMs, row.series(), row.timestampMs())) {
                to.part.exemplars.add(
                        new ExemplarSample(ordinalOf[row.series()], row.timestampMs(), row.value(), row.labels()));
                to.exemplarRow.add(firstExemplar + i);
            }
        }
    }

    private static boolean newer(long[] afterMs, int series, long timestampMs) {
        return afterMs == null || TakenRows.newer(timestampMs, afterMs[series]);
    }

    void add(MetricMetadata metadata) {
        part.metadata.add(metadata);
    }

    /** What was added; nothing more is. */
    WriteBatch batch() {
        part.firstSample[part.seriesCount] = part.sampleCount;
        return part;
    }

    /** Notes what became of the part's rows in the outcome of the whole. */
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
        return behind < histogramRow.size() ? histogramRow.get(behind) : exemplarRow.get(behind - histogramRow.size());
    }
}
