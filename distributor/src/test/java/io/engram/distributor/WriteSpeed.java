package io.engram.distributor;

import com.sun.management.ThreadMXBean;
import io.engram.model.TenantId;
import io.engram.model.hash.SeriesHash;
import io.engram.model.limits.Limits;
import io.engram.proto.remote.v1.Label;
import io.engram.proto.remote.v1.Sample;
import io.engram.proto.remote.v1.TimeSeries;
import io.engram.proto.remote.v1.WriteRequest;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import org.xerial.snappy.Snappy;

/**
 * Measures body to columns, on one thread: {@code java … io.engram.distributor.WriteSpeed}. 64 bodies of 1000 series
 * with 12 labels of about 286 bytes and one sample each; prints CPU time and garbage per series, by step.
 */
final class WriteSpeed {
    private static final int BODIES = 64;
    private static final int SERIES = 1000;

    private WriteSpeed() {}

    public static void main(String[] args) throws Exception {
        byte[][] plain = new byte[BODIES][];
        byte[][] snappy = new byte[BODIES][];
        for (int i = 0; i < BODIES; i++) {
            plain[i] = body(i);
            snappy[i] = Snappy.compress(plain[i]);
        }
        System.out.printf("%d B a series raw, %d snappy%n", plain[0].length / SERIES, snappy[0].length / SERIES);
        Limits limits = new Limits(
                64,
                1024,
                2048,
                Duration.ofMinutes(10),
                Duration.ofDays(7),
                Duration.ZERO,
                List.of("__replica__"),
                false);
        WriteRules rules = new WriteRules(
                TenantId.ANONYMOUS,
                new SeriesHash(1, TenantId.ANONYMOUS),
                limits,
                new ReplicaLabels(limits.replicaLabels()),
                7,
                RandomRequests.NOW_MS);
        DecodeContext known = new DecodeContext(new KnownSeries(64 << 20));
        DecodeContext fresh = new DecodeContext(new KnownSeries(64 << 20));
        long[] hi = new long[1];
        long[] lo = new long[1];
        byte[] inflated = new byte[plain[0].length + 100_000];
        for (int round = 0; round < 6; round++) {
            measure("snappy alone ", i -> Snappy.uncompress(snappy[i], 0, snappy[i].length, inflated, 0));
            measure("hash alone   ", i -> {
                for (int n = 0; n < SERIES; n++) {
                    rules.hash().fingerprint(plain[i], n * 370, 370, hi, lo, 0);
                }
            });
            measure(
                    "known, plain ",
                    i -> known.decode(new Body.Plain(plain[i], plain[i].length), plain[i].length, rules));
            measure("known, snappy", i -> {
                Body body = new Body.SnappyBlock(snappy[i], snappy[i].length);
                known.decode(body, body.inflatedLength(32 << 20), rules);
            });
            int salt = round;
            measure("new,   snappy", i -> {
                Body body = new Body.SnappyBlock(snappy[i], snappy[i].length);
                fresh.decode(
                        body,
                        body.inflatedLength(32 << 20),
                        new WriteRules(
                                rules.tenant(),
                                rules.hash(),
                                limits,
                                rules.replicas(),
                                System.nanoTime() + salt,
                                rules.nowMs()));
            });
        }
    }

    @FunctionalInterface
    private interface Step {
        void run(int body) throws Exception;
    }

    private static void measure(String name, Step step) throws Exception {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        int passes = 20;
        long bytes = threads.getCurrentThreadAllocatedBytes();
        long cpu = threads.getCurrentThreadCpuTime();
        for (int pass = 0; pass < passes; pass++) {
            for (int i = 0; i < BODIES; i++) {
                step.run(i);
            }
        }
        double series = (double) passes * BODIES * SERIES;
        System.out.printf(
                "%s %6.0f ns %6.2f B per series%n",
                name,
                (threads.getCurrentThreadCpuTime() - cpu) / series,
                (threads.getCurrentThreadAllocatedBytes() - bytes) / series);
    }

    private static byte[] body(int target) {
        WriteRequest.Builder request = WriteRequest.newBuilder();
        for (int i = 0; i < SERIES; i++) {
            TreeMap<String, String> labels = new TreeMap<>();
            labels.put("__name__", "container_network_receive_packets_total_" + i % 250);
            labels.put("cluster", "eu-west-1-production");
            labels.put("container", "checkout-service");
            labels.put("endpoint", "https-metrics");
            labels.put("id", "/kubepods/burstable/pod" + (target * 7919L + i / 250) * 2654435761L);
            labels.put("instance", "10.12." + target + "." + i / 250 + ":9100");
            labels.put("job", "kubernetes-pods");
            labels.put("namespace", "payments");
            labels.put("node", "ip-10-12-" + target + ".ec2.internal");
            labels.put("pod", "checkout-service-7d9f8b6c5-" + Integer.toString(target * 31 + i / 250, 36));
            labels.put("service", "checkout");
            labels.put("zone", "eu-west-1b");
            TimeSeries.Builder series = TimeSeries.newBuilder();
            labels.forEach((name, value) ->
                    series.addLabels(Label.newBuilder().setName(name).setValue(value)));
            request.addTimeseries(series.addSamples(
                    Sample.newBuilder().setTimestamp(RandomRequests.NOW_MS - i).setValue(i * 1.5 + target)));
        }
        return request.build().toByteArray();
    }
}
