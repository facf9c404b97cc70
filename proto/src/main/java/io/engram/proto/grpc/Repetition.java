package io.engram.proto.grpc;

import io.engram.model.write.ExemplarSample;
import io.engram.model.write.HistogramSample;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.model.write.WriteOutcome;
import java.util.Arrays;
import java.util.function.LongConsumer;

/** Those series of a batch that are sent once more, and where their rows stood. */
final class Repetition {
    private final WriteBatch part = new WriteBatch();
    /** In the whole, of each row of the part. */
    private final int[] rowOf;

    /** @param again of those without labels none is taken */
    Repetition(WriteBatch whole, boolean[] again) {
        int n = whole.seriesCount;
        part.tenant = whole.tenant;
        part.labels = whole.labels;
        part.fingerprintHi = new long[n];
        part.fingerprintLo = new long[n];
        part.placement = new int[n];
        part.labelOffset = new int[n];
        part.labelLength = new int[n];
        part.firstSample = new int[n + 1];
        part.timestampMs = new long[whole.sampleCount];
        part.valueBits = new long[whole.sampleCount];
        part.hasStarts = whole.hasStarts;
        part.startMs = new long[whole.hasStarts ? whole.sampleCount : 0];
        rowOf = new int[whole.rowCount()];
        int[] ordinalOf = new int[n];
        Arrays.fill(ordinalOf, -1);
        for (int series = 0; series < n; series++) {
            if (again[series] && whole.labelLength[series] > 0) {
                ordinalOf[series] = part.seriesCount;
                add(whole, series);
            }
        }
        int rows = part.sampleCount;
        for (int i = 0; i < whole.histograms.size(); i++) {
            HistogramSample row = whole.histograms.get(i);
            if (ordinalOf[row.series()] >= 0) {
                part.histograms.add(
                        new HistogramSample(ordinalOf[row.series()], row.timestampMs(), row.startMs(), row.value()));
                rowOf[rows++] = whole.sampleCount + i;
            }
        }
        for (int i = 0; i < whole.exemplars.size(); i++) {
            ExemplarSample row = whole.exemplars.get(i);
            if (ordinalOf[row.series()] >= 0) {
                part.exemplars.add(
                        new ExemplarSample(ordinalOf[row.series()], row.timestampMs(), row.value(), row.labels()));
                rowOf[rows++] = whole.sampleCount + whole.histograms.size() + i;
            }
        }
    }

    private void add(WriteBatch whole, int series) {
        int to = part.seriesCount++;
        part.fingerprintHi[to] = whole.fingerprintHi[series];
        part.fingerprintLo[to] = whole.fingerprintLo[series];
        part.placement[to] = whole.placement[series];
        part.labelOffset[to] = whole.labelOffset[series];
        part.labelLength[to] = whole.labelLength[series];
        for (int sample = whole.firstSample[series]; sample < whole.firstSample[series + 1]; sample++) {
            part.timestampMs[part.sampleCount] = whole.timestampMs[sample];
            part.valueBits[part.sampleCount] = whole.valueBits[sample];
            if (whole.hasStarts) {
                part.startMs[part.sampleCount] = whole.startMs[sample];
            }
            rowOf[part.sampleCount++] = sample;
        }
        part.firstSample[part.seriesCount] = part.sampleCount;
    }

    WriteBatch part() {
        return part;
    }

    /** Names the tags of those series of the part of which all rows were stored. */
    void forEachSeries(WriteOutcome outcome, LongConsumer stored) {
        boolean[] refused = new boolean[part.seriesCount];
        for (int row = 0, series = 0; row < part.rowCount(); row++) {
            series = part.seriesOf(row, row < part.sampleCount ? series : 0);
            refused[series] |= !outcome.of(row).success();
        }
        for (int series = 0; series < part.seriesCount; series++) {
            if (!refused[series]) {
                stored.accept(AcknowledgedSeries.tag(part.fingerprintHi[series], part.fingerprintLo[series]));
            }
        }
    }

    /** What became of all rows: of the part's, what was said the second time. */
    WriteOutcome merge(WriteOutcome first, WriteOutcome second, int wholeRows) {
        WriteOutcome merged = new WriteOutcome(wholeRows);
        boolean[] repeated = new boolean[wholeRows];
        for (int row = 0; row < part.rowCount(); row++) {
            repeated[rowOf[row]] = true;
            set(merged, rowOf[row], second.of(row), second);
        }
        for (int row = 0; row < wholeRows; row++) {
            if (!repeated[row]) {
                set(merged, row, first.of(row), first);
            }
        }
        return merged;
    }

    private static void set(WriteOutcome merged, int row, SampleStatus status, WriteOutcome of) {
        if (status != SampleStatus.STORED) {
            merged.set(row, status, of.firstDetailMs(status));
        }
    }
}
