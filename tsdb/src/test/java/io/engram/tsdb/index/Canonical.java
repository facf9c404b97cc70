package io.engram.tsdb.index;

import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import java.io.ByteArrayOutputStream;

/** Labels as the bytes that a write brings. */
final class Canonical {
    private Canonical() {}

    static byte[] bytes(Labels labels) {
        var out = new ByteArrayOutputStream();
        byte[] length = new byte[5];
        for (int i = 0; i < labels.size(); i++) {
            Label label = labels.at(i);
            byte[] pair = PairBytes.of(label.name(), label.value());
            out.write(PairBytes.NAME_TAG);
            out.write(length, 0, PairBytes.putVarint(length, 0, pair.length));
            out.writeBytes(pair);
        }
        return out.toByteArray();
    }

    static void add(LabelIndex index, int series, Labels labels) {
        byte[] bytes = bytes(labels);
        index.addSeries(series, bytes, 0, bytes.length);
    }
}
