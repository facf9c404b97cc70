package io.engram.distributor;

/**
 * Reads fields of a {@code TimeSeries} message of remote write 1.0 in any legal encoding: of a field that occurs twice
 * the last counts, unknown ones are passed over. Rows go to the batch, labels are gathered. Used by one thread.
 */
final class Series1Fields {
    private final WireReader fields = new WireReader();
    private final WireReader inner = new WireReader();
    private final WireReader innermost = new WireReader();
    private final HistogramReader histogram = new HistogramReader();
    private final LabelList exemplarLabels = new LabelList();
    private final BatchRows rows;
    private byte[] bytes;

    /** What the last {@link #read} found. */
    final LabelList labels = new LabelList();

    Series1Fields(BatchRows rows) {
        this.rows = rows;
    }

    /**
     * Reads the fields {@code bytes[start .. end)}.
     *
     * @throws io.engram.model.failure.Failure {@link io.engram.model.failure.ErrorId#PROTOBUF_INVALID}
     */
    void read(byte[] bytes, int start, int end) {
        this.bytes = bytes;
        labels.begin(bytes);
        fields.on(bytes, start, end);
        while (fields.nextField()) {
            switch (fields.field) {
                case 1 -> label(fields.message("label", inner), labels);
                case 2 -> sample(fields.message("sample", inner));
                case 3 -> exemplar(fields.message("exemplar", inner));
                case 4 -> rows.histogram(histogram.read(fields.message("histogram", inner)));
                default -> fields.skip();
            }
        }
    }

    private static void label(WireReader label, LabelList into) {
        int name = 0;
        int nameBytes = 0;
        int value = 0;
        int valueBytes = 0;
        while (label.nextField()) {
            switch (label.field) {
                case 1 -> {
                    nameBytes = label.bytes("label name");
                    name = label.at - nameBytes;
                }
                case 2 -> {
                    valueBytes = label.bytes("label value");
                    value = label.at - valueBytes;
                }
                default -> label.skip();
            }
        }
        into.add(name, nameBytes, value, valueBytes);
    }

    private void sample(WireReader sample) {
        long valueBits = 0;
        long timestampMs = 0;
        while (sample.nextField()) {
            switch (sample.field) {
                case 1 -> valueBits = sample.fixed64("sample value");
                case 2 -> timestampMs = sample.varint("sample timestamp");
                default -> sample.skip();
            }
        }
        rows.sample(timestampMs, valueBits, 0);
    }

    private void exemplar(WireReader exemplar) {
        long valueBits = 0;
        long timestampMs = 0;
        exemplarLabels.begin(bytes);
        while (exemplar.nextField()) {
            switch (exemplar.field) {
                case 1 -> label(exemplar.message("exemplar label", innermost), exemplarLabels);
                case 2 -> valueBits = exemplar.fixed64("exemplar value");
                case 3 -> timestampMs = exemplar.varint("exemplar timestamp");
                default -> exemplar.skip();
            }
        }
        rows.exemplar(timestampMs, valueBits, exemplarLabels);
    }
}
