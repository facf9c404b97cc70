package io.engram.proto.grpc;

import io.engram.model.histogram.Histogram;
import io.engram.model.histogram.ResetHint;
import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import io.engram.model.labels.Utf8Order;
import io.engram.model.metadata.MetricMetadata;
import io.engram.model.metadata.MetricType;
import io.engram.model.write.ExemplarSample;
import io.engram.model.write.HistogramSample;
import io.engram.model.write.WriteBatch;

/** Reads what {@link SideRowsWriter} wrote. Whether a histogram makes sense was seen to where it came in. */
final class SideRowsReader {
    static final int LEAST_HISTOGRAM_BYTES = 29;
    static final int LEAST_EXEMPLAR_BYTES = 11;
    static final int LEAST_METADATA_BYTES = 4;
    private static final ResetHint[] HINTS = ResetHint.values();
    private static final MetricType[] TYPES = MetricType.values();

    private final FrameReader in;

    SideRowsReader(FrameReader in) {
        this.in = in;
    }

    void read(WriteBatch batch, int histograms, int exemplars, int metadata) {
        int series = 0;
        for (int i = 0; i < histograms; i++) {
            series = series(series, batch.seriesCount);
            long timestampMs = in.zigzag("the time of a histogram");
            long startMs = in.zigzag("the start of a histogram");
            batch.histograms.add(new HistogramSample(series, timestampMs, startMs, histogram()));
        }
        series = 0;
        for (int i = 0; i < exemplars; i++) {
            series = series(series, batch.seriesCount);
            long timestampMs = in.zigzag("the time of an exemplar");
            double value = Double.longBitsToDouble(in.word("the value of an exemplar"));
            batch.exemplars.add(new ExemplarSample(series, timestampMs, value, labels()));
        }
        for (int i = 0; i < metadata; i++) {
            String metric = in.text("the name of a metric");
            int type = below(TYPES.length, "a metric's type");
            batch.metadata.add(
                    new MetricMetadata(metric, TYPES[type], in.text("a metric's help"), in.text("a metric's unit")));
        }
    }

    private int series(int before, int count) {
        long series = before + in.zigzag("the series of a row");
        if (series < 0 || series >= count) {
            throw in.damaged("a row is of series " + series + " of " + count);
        }
        return (int) series;
    }

    private Histogram histogram() {
        ResetHint hint = HINTS[below(HINTS.length, "a reset hint")];
        boolean isFloat = below(2, "the kind of a histogram") == 1;
        int schema = number("a schema");
        double zeroThreshold = Double.longBitsToDouble(in.word("a zero threshold"));
        double sum = Double.longBitsToDouble(in.word("a sum"));
        int[] positiveSpans = spans();
        int[] negativeSpans = spans();
        double[] bounds = doubles();
        Histogram.Counts counts = isFloat
                ? new Histogram.FloatCounts(
                        Double.longBitsToDouble(in.word("a count")),
                        Double.longBitsToDouble(in.word("a zero count")),
                        doubles(),
                        doubles())
                : new Histogram.IntegerCounts(in.varint("a count"), in.varint("a zero count"), varints(), varints());
        return new Histogram(hint, schema, zeroThreshold, sum, counts, positiveSpans, negativeSpans, bounds);
    }

    private int below(int limit, String what) {
        long value = in.varint(what);
        if (value < 0 || value >= limit) {
            throw in.damaged(what + " is " + Long.toUnsignedString(value));
        }
        return (int) value;
    }

    private int number(String what) {
        long value = in.zigzag(what);
        if (value != (int) value) {
            throw in.damaged(what + " is " + value);
        }
        return (int) value;
    }

    private int[] spans() {
        int[] spans = new int[in.count("numbers of spans", 1)];
        if ((spans.length & 1) != 0) {
            throw in.damaged("a span lacks its length");
        }
        for (int i = 0; i < spans.length; i++) {
            spans[i] = number("a span");
        }
        return spans;
    }

    private long[] varints() {
        long[] counts = new long[in.count("counts of buckets", 1)];
        for (int i = 0; i < counts.length; i++) {
            counts[i] = in.varint("the count of a bucket");
        }
        return counts;
    }

    private double[] doubles() {
        double[] values = new double[in.count("words", 8)];
        for (int i = 0; i < values.length; i++) {
            values[i] = Double.longBitsToDouble(in.word("a word"));
        }
        return values;
    }

    private Labels labels() {
        Label[] pairs = new Label[in.count("labels of an exemplar", 2)];
        for (int i = 0; i < pairs.length; i++) {
            pairs[i] = new Label(in.text("a label's name"), in.text("a label's value"));
            if (i > 0 && Utf8Order.compare(pairs[i - 1].name(), pairs[i].name()) >= 0) {
                throw in.damaged("labels of an exemplar are out of order");
            }
        }
        return Labels.ofSorted(pairs);
    }
}
