package io.engram.distributor;

import io.engram.model.StaleMarker;
import io.engram.model.testing.RandomHistograms;
import io.engram.proto.remote.v1.Exemplar;
import io.engram.proto.remote.v1.Label;
import io.engram.proto.remote.v1.MetricMetadata;
import io.engram.proto.remote.v1.Sample;
import io.engram.proto.remote.v1.TimeSeries;
import io.engram.proto.remote.v1.WriteRequest;
import java.util.SplittableRandom;
import java.util.TreeMap;

/** Legal requests as a well-behaved sender makes them: labels sorted, none empty, samples in order of time. */
final class RandomRequests {
    static final long NOW_MS = 1_700_000_000_000L;

    private RandomRequests() {}

    static WriteRequest request(SplittableRandom random) {
        return request(random, random.nextInt(1, 20));
    }

    static WriteRequest request(SplittableRandom random, int series) {
        WriteRequest.Builder request = WriteRequest.newBuilder();
        for (int i = 0; i < series; i++) {
            request.addTimeseries(series(random, i));
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            request.addMetadata(MetricMetadata.newBuilder()
                    .setMetricFamilyName("metric_" + random.nextInt(5))
                    .setTypeValue(random.nextInt(9))
                    .setHelp("helps " + random.nextInt(2))
                    .setUnit(random.nextBoolean() ? "" : "bytes"));
        }
        return request.build();
    }

    private static TimeSeries series(SplittableRandom random, int ordinal) {
        TreeMap<String, String> labels = new TreeMap<>();
        labels.put("__name__", "metric_" + ordinal);
        for (int i = random.nextInt(15); i > 0; i--) {
            labels.put(name(random), value(random));
        }
        if (random.nextInt(3) == 0) {
            labels.put("__replica__", "r" + random.nextInt(3));
        }
        TimeSeries.Builder series = TimeSeries.newBuilder();
        labels.forEach((name, value) ->
                series.addLabels(Label.newBuilder().setName(name).setValue(value)));
        long timestampMs = timestamp(random);
        for (int i = random.nextInt(5); i > 0; i--) {
            series.addSamples(Sample.newBuilder().setTimestamp(timestampMs).setValue(number(random)));
            timestampMs += random.nextInt(1, 60_000);
        }
        if (random.nextInt(4) == 0) {
            series.addHistograms(ProtoHistograms.of(RandomHistograms.next(random), timestampMs));
        }
        if (random.nextInt(4) == 0) {
            series.addExemplars(Exemplar.newBuilder()
                    .addLabels(Label.newBuilder().setName("trace_id").setValue(Long.toHexString(random.nextLong())))
                    .setTimestamp(1 + Math.abs(timestampMs))
                    .setValue(number(random)));
        }
        return series.build();
    }

    private static String name(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> "pod";
            case 1 -> "größe." + random.nextInt(5);
            case 2 -> "n".repeat(random.nextInt(1, 200));
            default -> "label_" + random.nextInt(30);
        };
    }

    private static String value(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> "v".repeat(random.nextInt(1, 300));
            case 1 -> "ключ 🗝 " + random.nextInt();
            case 2 -> " ";
            default -> Long.toHexString(random.nextLong());
        };
    }

    private static long timestamp(SplittableRandom random) {
        return switch (random.nextInt(6)) {
            case 0 -> 0;
            case 1 -> -1 - random.nextLong(1L << 40);
            case 2 -> random.nextInt(300);
            default -> NOW_MS - random.nextInt(3_600_000);
        };
    }

    private static double number(SplittableRandom random) {
        return switch (random.nextInt(8)) {
            case 0 -> 0.0;
            case 1 -> -0.0;
            case 2 -> StaleMarker.VALUE;
            case 3 -> Double.NaN;
            case 4 -> Double.NEGATIVE_INFINITY;
            default -> random.nextDouble() * 1e6;
        };
    }
}
