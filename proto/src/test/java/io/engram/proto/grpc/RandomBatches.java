package io.engram.proto.grpc;

import io.engram.model.TenantId;
import io.engram.model.hash.SeriesHash;
import io.engram.model.labels.Labels;
import io.engram.model.metadata.MetricMetadata;
import io.engram.model.metadata.MetricType;
import io.engram.model.testing.RandomHistograms;
import io.engram.model.write.ExemplarSample;
import io.engram.model.write.HistogramSample;
import io.engram.model.write.WriteBatch;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;

/** Batches as distributors make them, and stranger ones. */
final class RandomBatches {
    private static final long[] ODD_TIMES = {Long.MIN_VALUE, -1, 0, 1, Long.MAX_VALUE};

    private RandomBatches() {}

    /** Series {@code first}, {@code first + 1}, … with one sample each at the same time, all with labels. */
    static WriteBatch scrape(TenantId tenant, int first, int count, long timeMs) {
        WriteBatch batch = new WriteBatch();
        batch.tenant = tenant;
        room(batch, count, count);
        ByteArrayOutputStream labels = new ByteArrayOutputStream();
        for (int i = 0; i < count; i++) {
            series(batch, i, labels, first + i);
            batch.firstSample[i + 1] = i + 1;
            batch.timestampMs[i] = timeMs;
            batch.valueBits[i] = Double.doubleToRawLongBits((first + i) * 17L + timeMs / 1000 % 1000);
        }
        finish(batch, labels, count, count);
        return batch;
    }

    static WriteBatch random(SplittableRandom random) {
        WriteBatch batch = new WriteBatch();
        batch.tenant = new TenantId("tenant-" + random.nextInt(3));
        int series = random.nextInt(5) == 0 ? 0 : random.nextInt(1, 40);
        int most = random.nextInt(1, 8);
        room(batch, series, series * most);
        boolean oneEach = random.nextBoolean();
        boolean regular = random.nextBoolean();
        batch.hasStarts = random.nextInt(4) == 0;
        batch.startMs = new long[series * most];
        ByteArrayOutputStream labels = new ByteArrayOutputStream();
        int samples = 0;
        for (int i = 0; i < series; i++) {
            series(batch, i, labels, random.nextInt(1_000_000));
            if (random.nextInt(3) == 0) {
                batch.labelLength[i] = 0;
            }
            for (int k = oneEach ? 1 : random.nextInt(most + 1); k > 0; k--) {
                batch.timestampMs[samples] = regular ? 1_700_000_000_000L + 15_000L * k : time(random);
                batch.startMs[samples] = random.nextBoolean() ? 0 : time(random);
                batch.valueBits[samples++] = value(random);
            }
            batch.firstSample[i + 1] = samples;
        }
        finish(batch, labels, series, samples);
        for (int i = 0; i < series; i++) {
            if (random.nextInt(8) == 0) {
                batch.histograms.add(
                        new HistogramSample(i, time(random), random.nextInt(9), RandomHistograms.next(random)));
            }
        }
        for (int i = 0; i < series; i++) {
            if (random.nextInt(8) == 0) {
                Labels own = random.nextBoolean() ? Labels.EMPTY : Labels.of("trace_id", "ü" + i, "span", "s");
                batch.exemplars.add(new ExemplarSample(i, time(random), random.nextGaussian(), own));
            }
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            MetricType type = MetricType.values()[random.nextInt(MetricType.values().length)];
            batch.metadata.add(new MetricMetadata("metric_" + i, type, "héllo", i == 1 ? "" : "seconds"));
        }
        return batch;
    }

    private static void room(WriteBatch batch, int series, int samples) {
        batch.fingerprintHi = new long[series];
        batch.fingerprintLo = new long[series];
        batch.placement = new int[series];
        batch.labelOffset = new int[series];
        batch.labelLength = new int[series];
        batch.firstSample = new int[series + 1];
        batch.timestampMs = new long[samples];
        batch.valueBits = new long[samples];
    }

    private static void finish(WriteBatch batch, ByteArrayOutputStream labels, int series, int samples) {
        batch.labels = labels.toByteArray();
        batch.seriesCount = series;
        batch.sampleCount = samples;
        SeriesHash hash = new SeriesHash(1, batch.tenant);
        for (int i = 0; i < series; i++) {
            int end = i + 1 < series ? batch.labelOffset[i + 1] : batch.labels.length;
            int from = batch.labelOffset[i];
            hash.fingerprint(batch.labels, from, end - from, batch.fingerprintHi, batch.fingerprintLo, i);
            batch.placement[i] = SeriesHash.placement(batch.fingerprintHi[i]);
        }
    }

    private static void series(WriteBatch batch, int i, ByteArrayOutputStream labels, int number) {
        batch.labelOffset[i] = labels.size();
        label(labels, "__name__", "http_requests_total");
        label(labels, "instance", "host-" + number + ".example.com:9090");
        label(labels, "job", "prometheus");
        batch.labelLength[i] = labels.size() - batch.labelOffset[i];
    }

    private static void label(ByteArrayOutputStream out, String name, String value) {
        byte[] nameBytes = name.getBytes(StandardCharsets.UTF_8);
        byte[] valueBytes = value.getBytes(StandardCharsets.UTF_8);
        out.write(0x0A);
        out.write(4 + nameBytes.length + valueBytes.length);
        out.write(0x0A);
        out.write(nameBytes.length);
        out.writeBytes(nameBytes);
        out.write(0x12);
        out.write(valueBytes.length);
        out.writeBytes(valueBytes);
    }

    private static long time(SplittableRandom random) {
        return random.nextInt(10) == 0
                ? ODD_TIMES[random.nextInt(ODD_TIMES.length)]
                : 1_700_000_000_000L + random.nextInt(100_000);
    }

    private static long value(SplittableRandom random) {
        return switch (random.nextInt(4)) {
            case 0 -> 0;
            case 1 -> Double.doubleToRawLongBits(random.nextInt(100_000));
            case 2 -> 0x7ff0000000000002L;
            default -> random.nextLong();
        };
    }
}
