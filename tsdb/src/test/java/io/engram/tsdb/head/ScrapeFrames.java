package io.engram.tsdb.head;

import io.engram.model.TenantId;
import io.engram.model.labels.Labels;
import io.engram.model.write.WriteBatch;
import java.util.SplittableRandom;

/**
 * Frames as a distributor sends them for a fleet in Kubernetes: targets of 250 series with 12 labels each, scraped one
 * after the other; a frame holds one sample each of as many series as asked. Values: 40 % jittering counters, 30 %
 * constants, 20 % gauges, 10 % full-entropy doubles.
 */
public final class ScrapeFrames {
    private static final int SERIES_PER_TARGET = 250;

    private final TenantId tenant;
    private final int seriesCount;
    private final int frameSeries;
    private final long[] hi;
    private final long[] lo;
    private final double[] value;
    private final SplittableRandom random = new SplittableRandom(42);
    private final WriteBatch frame;

    public ScrapeFrames(TenantId tenant, int seriesCount, int frameSeries) {
        this.tenant = tenant;
        this.seriesCount = seriesCount;
        this.frameSeries = frameSeries;
        this.hi = new long[seriesCount];
        this.lo = new long[seriesCount];
        this.value = new double[seriesCount];
        for (int i = 0; i < seriesCount; i++) {
            hi[i] = random.nextLong();
            lo[i] = random.nextLong();
            value[i] = random.nextInt(1_000_000);
        }
        this.frame = empty();
    }

    private WriteBatch empty() {
        WriteBatch batch = new WriteBatch();
        batch.tenant = tenant;
        batch.fingerprintHi = new long[frameSeries];
        batch.fingerprintLo = new long[frameSeries];
        batch.placement = new int[frameSeries];
        batch.labelOffset = new int[frameSeries];
        batch.labelLength = new int[frameSeries];
        batch.firstSample = new int[frameSeries + 1];
        batch.timestampMs = new long[frameSeries];
        batch.valueBits = new long[frameSeries];
        return batch;
    }

    public int frames() {
        return (seriesCount + frameSeries - 1) / frameSeries;
    }

    /** Frame {@code f} of a scrape at {@code timeMs}, without labels; valid until the next call. */
    public WriteBatch known(int f, long timeMs) {
        int from = f * frameSeries;
        int n = Math.min(frameSeries, seriesCount - from);
        frame.seriesCount = n;
        frame.sampleCount = n;
        for (int k = 0; k < n; k++) {
            int s = from + k;
            frame.fingerprintHi[k] = hi[s];
            frame.fingerprintLo[k] = lo[s];
            frame.labelLength[k] = 0;
            frame.firstSample[k + 1] = k + 1;
            frame.timestampMs[k] = timeMs;
            frame.valueBits[k] = Double.doubleToRawLongBits(next(s));
        }
        return frame;
    }

    /** The same with labels, for series that are new. */
    public WriteBatch withLabels(int f, long timeMs) {
        TestBatch batch = new TestBatch(tenant);
        int from = f * frameSeries;
        for (int s = from; s < Math.min(seriesCount, from + frameSeries); s++) {
            batch.series(TestBatch.canonical(labels(s)), hi[s], lo[s]).sample(timeMs, next(s));
        }
        return batch.build();
    }

    private double next(int s) {
        int kind = s * 0x9E3779B9 >>> 16 & 1023;
        if (kind < 410) {
            value[s] += 1 + random.nextInt(100);
        } else if (kind < 717) {
            return value[s];
        } else if (kind < 922) {
            value[s] = Math.round(value[s] * 100 + random.nextInt(-500, 500)) / 100.0;
        } else {
            value[s] = random.nextDouble();
        }
        return value[s];
    }

    private static Labels labels(int s) {
        int target = s / SERIES_PER_TARGET;
        int metric = s % SERIES_PER_TARGET;
        int namespace = target % 60;
        return Labels.of(
                "__name__", "container_subsystem_metric_" + metric / 5 + "_total",
                "cluster", "eu-west-" + target % 3,
                "namespace", "team-" + namespace + "-production",
                "job", "kubernetes-pods-" + namespace,
                "pod", "service-" + namespace + "-7f9c6d5b" + Integer.toHexString(target * 7919) + "-x" + target,
                "instance", "10." + (target >> 8 & 255) + "." + (target & 255) + ".17:9090",
                "node", "ip-10-0-" + target % 200 + ".eu-west-1.compute.internal",
                "container", "application-" + namespace % 20,
                "service", "service-" + namespace,
                "method", new String[] {"GET", "PUT", "POST", "DELETE", "HEAD"}[metric % 5],
                "endpoint", "http-metrics",
                "version", "v1." + namespace % 7 + "." + target % 11);
    }
}
