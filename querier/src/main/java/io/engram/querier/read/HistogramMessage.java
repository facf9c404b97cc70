package io.engram.querier.read;

import io.engram.model.histogram.Histogram;
import io.engram.model.histogram.Histogram.FloatCounts;
import io.engram.model.histogram.Histogram.IntegerCounts;

/** Makes {@code Histogram} messages, as {@code prompb/codec.go} does. Used by one thread. */
final class HistogramMessage {
    private final ProtoBytes message = new ProtoBytes();
    private final ProtoBytes packed = new ProtoBytes();

    /** Appends the histogram as a field of {@code to}. */
    void write(int field, long timestampMs, Histogram h, ProtoBytes to) {
        message.clear();
        switch (h.counts()) {
            case IntegerCounts counts -> {
                message.tagVarint(1, counts.count());
                message.tagVarint(6, counts.zeroCount());
                deltas(9, counts.negative());
                deltas(12, counts.positive());
            }
            case FloatCounts counts -> {
                message.tagFixed64(2, Double.doubleToRawLongBits(counts.count()));
                message.tagFixed64(7, Double.doubleToRawLongBits(counts.zeroCount()));
                doubles(10, counts.negative());
                doubles(13, counts.positive());
            }
        }
        message.tagFixed64(3, Double.doubleToRawLongBits(h.sum()));
        message.tagVarint(4, ProtoBytes.zigzag(h.schema()));
        message.tagFixed64(5, Double.doubleToRawLongBits(h.zeroThreshold()));
        spans(8, h.negativeSpans());
        spans(11, h.positiveSpans());
        message.tagVarint(14, h.resetHint().ordinal());
        message.tagVarint(15, timestampMs);
        doubles(16, h.customBounds());
        to.tagBytes(field, message.bytes, 0, message.size);
    }

    /** Each count as the difference to the one before. */
    private void deltas(int field, long[] counts) {
        packed.clear();
        long before = 0;
        for (long count : counts) {
            packed.varint(ProtoBytes.zigzag(count - before));
            before = count;
        }
        pack(field);
    }

    private void doubles(int field, double[] values) {
        packed.clear();
        for (double value : values) {
            packed.fixed64(Double.doubleToRawLongBits(value));
        }
        pack(field);
    }

    private void pack(int field) {
        if (packed.size > 0) {
            message.tagBytes(field, packed.bytes, 0, packed.size);
        }
    }

    /** Pairs of offset and length. */
    private void spans(int field, int[] spans) {
        for (int i = 0; i < spans.length; i += 2) {
            packed.clear();
            packed.tagVarint(1, ProtoBytes.zigzag(spans[i]));
            packed.tagVarint(2, Integer.toUnsignedLong(spans[i + 1]));
            message.tagBytes(field, packed.bytes, 0, packed.size);
        }
    }
}
