package io.engram.proto.grpc;

import static io.engram.proto.grpc.FrameFormat.zigzag;

import io.engram.model.histogram.Histogram;
import io.engram.model.labels.Labels;
import io.engram.model.metadata.MetricMetadata;
import io.engram.model.write.ExemplarSample;
import io.engram.model.write.HistogramSample;
import io.engram.model.write.WriteBatch;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The end of a frame: what few batches have, one after the other.
 *
 * <pre>
 * histogram   series ordinal (± from the one before), ± time, ± start, reset hint, kind (0 integers, 1 floats), ± schema,
 *             zero threshold, sum, positive spans, negative spans, bounds, count, zero count, positive and negative counts
 * spans       how many numbers, each ±
 * bounds, counts  how many, each a word; counts of integers are varints
 * exemplar    series ordinal (± from the one before), ± time, value, labels: how many, name and value of each
 * metadata    metric, type, help, unit
 * text        length in bytes, UTF-8
 * </pre>
 */
final class SideRowsWriter {
    private static final byte[] NONE = {};

    private byte[] out = new byte[256];
    private int at;

    private SideRowsWriter() {}

    static byte[] write(WriteBatch batch) {
        if (batch.histograms.isEmpty() && batch.exemplars.isEmpty() && batch.metadata.isEmpty()) {
            return NONE;
        }
        SideRowsWriter writer = new SideRowsWriter();
        int before = 0;
        for (HistogramSample row : batch.histograms) {
            writer.varint(zigzag(row.series() - before));
            before = row.series();
            writer.varint(zigzag(row.timestampMs()));
            writer.varint(zigzag(row.startMs()));
            writer.histogram(row.value());
        }
        before = 0;
        for (ExemplarSample row : batch.exemplars) {
            writer.varint(zigzag(row.series() - before));
            before = row.series();
            writer.varint(zigzag(row.timestampMs()));
            writer.word(Double.doubleToRawLongBits(row.value()));
            writer.labels(row.labels());
        }
        for (MetricMetadata row : batch.metadata) {
            writer.text(row.metric());
            writer.varint(row.type().ordinal());
            writer.text(row.help());
            writer.text(row.unit());
        }
        return Arrays.copyOf(writer.out, writer.at);
    }

    private void histogram(Histogram value) {
        varint(value.resetHint().ordinal());
        varint(value.isFloat() ? 1 : 0);
        varint(zigzag(value.schema()));
        word(Double.doubleToRawLongBits(value.zeroThreshold()));
        word(Double.doubleToRawLongBits(value.sum()));
        spans(value.positiveSpans());
        spans(value.negativeSpans());
        doubles(value.customBounds());
        switch (value.counts()) {
            case Histogram.IntegerCounts counts -> {
                varint(counts.count());
                varint(counts.zeroCount());
                varints(counts.positive());
                varints(counts.negative());
            }
            case Histogram.FloatCounts counts -> {
                word(Double.doubleToRawLongBits(counts.count()));
                word(Double.doubleToRawLongBits(counts.zeroCount()));
                doubles(counts.positive());
                doubles(counts.negative());
            }
        }
    }

    private void spans(int[] values) {
        varint(values.length);
        for (int value : values) {
            varint(zigzag(value));
        }
    }

    private void varints(long[] values) {
        varint(values.length);
        for (long value : values) {
            varint(value);
        }
    }

    private void doubles(double[] values) {
        varint(values.length);
        for (double value : values) {
            word(Double.doubleToRawLongBits(value));
        }
    }

    private void labels(Labels labels) {
        varint(labels.size());
        for (int i = 0; i < labels.size(); i++) {
            text(labels.at(i).name());
            text(labels.at(i).value());
        }
    }

    private void text(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        varint(bytes.length);
        room(bytes.length);
        System.arraycopy(bytes, 0, out, at, bytes.length);
        at += bytes.length;
    }

    private void word(long bits) {
        room(8);
        FrameFormat.LONG.set(out, at, bits);
        at += 8;
    }

    private void varint(long value) {
        room(10);
        at = FrameFormat.varint(out, at, value);
    }

    private void room(int bytes) {
        if (out.length - at < bytes) {
            out = Arrays.copyOf(out, Math.max(2 * out.length, at + bytes));
        }
    }
}
