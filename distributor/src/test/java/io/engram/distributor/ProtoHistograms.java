package io.engram.distributor;

import io.engram.model.histogram.Histogram;
import io.engram.proto.remote.v1.BucketSpan;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Histograms as a sender encodes them. */
final class ProtoHistograms {
    private ProtoHistograms() {}

    static io.engram.proto.remote.v1.Histogram of(Histogram h, long timestampMs) {
        var proto = io.engram.proto.remote.v1.Histogram.newBuilder()
                .setSchema(h.schema())
                .setSum(h.sum())
                .setZeroThreshold(h.zeroThreshold())
                .setResetHintValue(h.resetHint().ordinal())
                .setTimestamp(timestampMs)
                .addAllPositiveSpans(spans(h.positiveSpans()))
                .addAllNegativeSpans(spans(h.negativeSpans()));
        Arrays.stream(h.customBounds()).forEach(proto::addCustomValues);
        switch (h.counts()) {
            case Histogram.IntegerCounts(long count, long zeroCount, long[] positive, long[] negative) -> {
                proto.setCountInt(count).setZeroCountInt(zeroCount);
                deltas(positive).forEach(proto::addPositiveDeltas);
                deltas(negative).forEach(proto::addNegativeDeltas);
            }
            case Histogram.FloatCounts(double count, double zeroCount, double[] positive, double[] negative) -> {
                proto.setCountFloat(count).setZeroCountFloat(zeroCount);
                Arrays.stream(positive).forEach(proto::addPositiveCounts);
                Arrays.stream(negative).forEach(proto::addNegativeCounts);
            }
        }
        return proto.build();
    }

    private static List<BucketSpan> spans(int[] spans) {
        List<BucketSpan> all = new ArrayList<>();
        for (int i = 0; i < spans.length; i += 2) {
            all.add(BucketSpan.newBuilder()
                    .setOffset(spans[i])
                    .setLength(spans[i + 1])
                    .build());
        }
        return all;
    }

    private static List<Long> deltas(long[] counts) {
        List<Long> deltas = new ArrayList<>();
        for (int i = 0; i < counts.length; i++) {
            deltas.add(counts[i] - (i == 0 ? 0 : counts[i - 1]));
        }
        return deltas;
    }
}
