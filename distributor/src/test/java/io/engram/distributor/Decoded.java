package io.engram.distributor;

import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import io.engram.model.write.WriteBatch;
import io.engram.proto.remote.v1.TimeSeries;
import io.engram.proto.remote.v1.WriteRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;

/** One series of a batch as values that tests can compare; samples as "time:bits". */
record Decoded(String labels, List<String> samples) {
    static List<Decoded> of(WriteBatch batch) {
        List<Decoded> all = new ArrayList<>();
        for (int i = 0; i < batch.seriesCount; i++) {
            List<Label> labels = new ArrayList<>();
            int start = batch.labelOffset[i];
            LabelCursor cursor = new LabelCursor(batch.labels, start, start + batch.labelLength[i]);
            while (cursor.next()) {
                labels.add(new Label(
                        new String(batch.labels, cursor.nameAt, cursor.nameLength, StandardCharsets.UTF_8),
                        new String(batch.labels, cursor.valueAt, cursor.valueLength, StandardCharsets.UTF_8)));
            }
            List<String> samples = new ArrayList<>();
            for (int s = batch.firstSample[i]; s < batch.firstSample[i + 1]; s++) {
                samples.add(batch.timestampMs[s] + ":" + Long.toHexString(batch.valueBits[s]));
            }
            all.add(new Decoded(Labels.ofSorted(labels.toArray(Label[]::new)).toString(), samples));
        }
        return all;
    }

    /** What a request says, by the generated classes. */
    static List<Decoded> of(WriteRequest request) {
        List<Decoded> all = new ArrayList<>();
        for (TimeSeries series : request.getTimeseriesList()) {
            TreeMap<String, String> labels = new TreeMap<>();
            series.getLabelsList().forEach(label -> labels.put(label.getName(), label.getValue()));
            List<String> samples = series.getSamplesList().stream()
                    .map(sample -> sample.getTimestamp() + ":"
                            + Long.toHexString(Double.doubleToRawLongBits(sample.getValue())))
                    .toList();
            if (!samples.isEmpty()) {
                all.add(new Decoded(Labels.of(labels).toString(), samples));
            }
        }
        return all;
    }
}
