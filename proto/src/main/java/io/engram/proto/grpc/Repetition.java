package io.engram.proto.grpc;

import io.engram.model.write.BatchPart;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.model.write.WriteOutcome;
import java.util.function.LongConsumer;

/** Those series of a batch that are sent once more, and where their rows stood. */
final class Repetition {
    private final BatchPart rows;
    private final WriteBatch part;

    /** @param again of those without labels none is taken */
    Repetition(WriteBatch whole, boolean[] again) {
        rows = new BatchPart(whole);
        int[] ordinalOf = new int[whole.seriesCount];
        for (int series = 0; series < whole.seriesCount; series++) {
            boolean taken = again[series] && whole.labelLength[series] > 0;
            ordinalOf[series] = taken ? rows.add(whole, series) : BatchPart.ABSENT;
        }
        rows.addOthers(whole, ordinalOf, null);
        part = rows.batch();
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
            repeated[rows.wholeRow(row)] = true;
        }
        rows.addTo(merged, second);
        for (int row = 0; row < wholeRows; row++) {
            SampleStatus status = first.of(row);
            if (!repeated[row] && status != SampleStatus.STORED) {
                merged.set(row, status, first.firstDetailMs(status));
            }
        }
        return merged;
    }
}
