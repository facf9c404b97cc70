package io.engram.distributor;

import io.engram.model.labels.Label;
import io.engram.model.labels.LabelCursor;
import io.engram.model.labels.Labels;
import io.engram.model.testing.HistogramText;
import io.engram.model.write.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One series of a batch as values that tests can compare.
 *
 * @param samples as "time:bits", with "@start" behind where that is set
 * @param histograms as "time:text", likewise
 * @param exemplars as "time:bits labels"
 */
record Decoded(String labels, List<String> samples, List<String> histograms, List<String> exemplars) {
    static List<Decoded> of(WriteBatch batch) {
        List<Decoded> all = new ArrayList<>();
        for (int i = 0; i < batch.seriesCount; i++) {
            all.add(new Decoded(labels(batch, i), new ArrayList<>(), new ArrayList<>(), new ArrayList<>()));
            for (int s = batch.firstSample[i]; s < batch.firstSample[i + 1]; s++) {
                long startMs = batch.hasStarts ? batch.startMs[s] : 0;
                all.get(i).samples.add(sample(batch.timestampMs[s], startMs, batch.valueBits[s]));
            }
        }
        batch.histograms.forEach(row -> all.get(row.series())
                .histograms
                .add(row.timestampMs() + start(row.startMs()) + ":" + HistogramText.of(row.value())));
        batch.exemplars.forEach(row -> all.get(row.series())
                .exemplars
                .add(exemplar(row.timestampMs(), Double.doubleToRawLongBits(row.value()), row.labels())));
        return all;
    }

    private static String labels(WriteBatch batch, int series) {
        List<Label> labels = new ArrayList<>();
        int start = batch.labelOffset[series];
        LabelCursor cursor = new LabelCursor().on(batch.labels, start, start + batch.labelLength[series]);
        while (cursor.next()) {
            labels.add(new Label(
                    new String(batch.labels, cursor.nameAt, cursor.nameLength, StandardCharsets.UTF_8),
                    new String(batch.labels, cursor.valueAt, cursor.valueLength, StandardCharsets.UTF_8)));
        }
        return Labels.ofSorted(labels.toArray(Label[]::new)).toString();
    }

    static String sample(long timestampMs, long startMs, long valueBits) {
        return timestampMs + start(startMs) + ":" + Long.toHexString(valueBits);
    }

    static String start(long startMs) {
        return startMs == 0 ? "" : "@" + startMs;
    }

    static String exemplar(long timestampMs, long valueBits, Labels labels) {
        return timestampMs + ":" + Long.toHexString(valueBits) + " " + labels;
    }
}
