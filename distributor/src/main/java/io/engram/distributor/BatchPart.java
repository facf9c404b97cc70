package io.engram.distributor;

import io.engram.model.metadata.MetricMetadata;
import io.engram.model.write.ExemplarSample;
import io.engram.model.write.HistogramSample;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.model.write.WriteOutcome;
import java.util.Arrays;

/** Some series of a batch as a batch of their own, which knows where its rows stood in the whole. */
final class BatchPart {
    /** As the ordinal of a series: the part does not have it. */
    static final int ABSENT = -1;

    private WriteBatch part = new WriteBatch();
    private final int[] sampleRow;
    /** Of histograms, then of exemplars. */
    private int[] otherRow = new int[0];

    private int sampleCount;
    private int otherCount;

    /** Has room for all of the whole. */
    BatchPart(WriteBatch whole) {
        this(whole, whole.seriesCount, whole.sampleCount);
    }

    /**
     * @param whole whose label bytes the part shares
     * @param seriesRoom how many series will be added at most
     * @param sampleRoom how many floats
     */
    BatchPart(WriteBatch whole, int seriesRoom, int sampleRoom) {
        part.tenant = whole.tenant;
        part.labels = whole.labels;
        part.fingerprintHi = new long[seriesRoom];
        part.fingerprintLo = new long[seriesRoom];
        part.placement = new int[seriesRoom];
        part.labelOffset = new int[seriesRoom];
        part.labelLength = new int[seriesRoom];
        part.firstSample = new int[seriesRoom + 1];
        part.timestampMs = new long[sampleRoom];
        part.valueBits = new long[sampleRoom];
        part.hasStarts = whole.hasStarts;
        part.startMs = new long[whole.hasStarts ? sampleRoom : 0];
        sampleRow = new int[sampleRoom];
    }

    /** Adds a series with its floats; its ordinal in the part. */
    int add(WriteBatch whole, int series) {
        int to = addLabels(whole, series);
        int from = whole.firstSample[series];
        int count = whole.firstSample[series + 1] - from;
        int at = part.sampleCount;
        for (int i = 0; i < count; i++) {
            part.timestampMs[at + i] = whole.timestampMs[from + i];
            part.valueBits[at + i] = whole.valueBits[from + i];
            sampleRow[at + i] = from + i;
        }
        if (whole.hasStarts) {
            System.arraycopy(whole.startMs, from, part.startMs, at, count);
        }
        part.sampleCount += count;
        return to;
    }

    /**
     * Adds a series with those of its floats that are newer than {@code afterMs}.
     *
     * @return its ordinal in the part
     */
    int add(WriteBatch whole, int series, long afterMs) {
        int to = addLabels(whole, series);
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

    private int addLabels(WriteBatch whole, int series) {
        int to = part.seriesCount++;
        part.fingerprintHi[to] = whole.fingerprintHi[series];
        part.fingerprintLo[to] = whole.fingerprintLo[series];
        part.placement[to] = whole.placement[series];
        part.labelOffset[to] = whole.labelOffset[series];
        part.labelLength[to] = whole.labelLength[series];
        part.firstSample[to] = part.sampleCount;
        return to;
    }

    /**
     * Adds the whole's histograms and exemplars of the series that the part has.
     *
     * @param ordinalOf by series of the whole, its ordinal in the part or {@link #ABSENT}
     * @param afterMs by series of the whole, rows are added that are newer; null adds all
     */
    void addOthers(WriteBatch whole, int[] ordinalOf, long[] afterMs) {
        for (int i = 0; i < whole.histograms.size(); i++) {
            HistogramSample row = whole.histograms.get(i);
            int to = ordinalOf[row.series()];
            if (to != ABSENT && newer(afterMs, row.series(), row.timestampMs())) {
                part.histograms.add(new HistogramSample(to, row.timestampMs(), row.startMs(), row.value()));
                addOtherRow(whole.sampleCount + i);
            }
        }
        int firstExemplar = whole.sampleCount + whole.histograms.size();
        for (int i = 0; i < whole.exemplars.size(); i++) {
            ExemplarSample row = whole.exemplars.get(i);
            int to = ordinalOf[row.series()];
            if (to != ABSENT && newer(afterMs, row.series(), row.timestampMs())) {
                part.exemplars.add(new ExemplarSample(to, row.timestampMs(), row.value(), row.labels()));
                addOtherRow(firstExemplar + i);
            }
        }
    }

    private void addOtherRow(int row) {
        if (otherCount == otherRow.length) {
            otherRow = Arrays.copyOf(otherRow, Math.max(16, 2 * otherCount));
        }
        otherRow[otherCount++] = row;
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
        sampleCount = part.sampleCount;
        return part;
    }

    /** Lets go of the columns: of a batch that was sent only the places of its rows are needed. */
    void sent() {
        part = null;
    }

    int rowCount() {
        return sampleCount + otherCount;
    }

    /** Where a row of the part stands in the whole. */
    int wholeRow(int row) {
        return row < sampleCount ? sampleRow[row] : otherRow[row - sampleCount];
    }

    /** Notes what became of the part's rows in the outcome of the whole. */
    void addTo(WriteOutcome all, WriteOutcome mine) {
        for (int row = 0; row < rowCount(); row++) {
            SampleStatus status = mine.of(row);
            if (status != SampleStatus.STORED) {
                all.set(wholeRow(row), status, mine.firstDetailMs(status));
            }
        }
    }
}
