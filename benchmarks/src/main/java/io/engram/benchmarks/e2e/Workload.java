package io.engram.benchmarks.e2e;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;

/**
 * Series as a Kubernetes fleet has them: pods of some jobs, each with the same families of counters, gauges and classic
 * histograms, 10 to 14 labels and about 280 bytes of them. The same arguments give the same series and values.
 */
public final class Workload {
    private static final String[] NAMESPACES = {
        "payments",
        "checkout",
        "search",
        "catalog",
        "identity",
        "shipping",
        "pricing",
        "notifications",
        "inventory",
        "gateway"
    };
    private static final String[] METHODS = {"GET", "POST", "PUT"};
    private static final String[] CODES = {"200", "404", "500"};
    private static final String[] BUCKETS = {"0.005", "0.025", "0.1", "0.25", "1", "2.5", "10", "+Inf"};

    /** How a series' values move. */
    public enum Kind {
        COUNTER,
        GAUGE,
        CONSTANT,
        NOISE
    }

    /** One series: its labels as the remote write field, and how its values move. */
    public record Series(byte[] labels, Kind kind, long seed) {
        /** The value in a round; a function of series and round alone. */
        public double value(int round) {
            return switch (kind) {
                case COUNTER -> {
                    long perRound = 1 + (seed & 63);
                    long jitter = mix(seed ^ round) & 7;
                    yield perRound * round * 8 + jitter;
                }
                case GAUGE -> Math.round(1000 * (50 + 40 * Math.sin((seed & 255) + round / 20.0))) / 1000.0;
                case CONSTANT -> seed & 1023;
                case NOISE -> (mix(seed + round) >>> 11) * 0x1p-53;
            };
        }
    }

    private Workload() {}

    /**
     * {@code count} series; {@code generation} makes others of the same shape, as a roll-out does.
     *
     * @param more names and values by turns, of further labels that all of them have
     */
    public static List<Series> series(int count, int generation, String... more) {
        SplittableRandom random = new SplittableRandom(42 + generation);
        List<Series> all = new ArrayList<>(count);
        for (int pod = 0; all.size() < count; pod++) {
            String namespace = NAMESPACES[pod % NAMESPACES.length];
            String app = namespace + "-" + (pod / NAMESPACES.length) % 20;
            String suffix = Long.toString(random.nextLong(36L * 36 * 36 * 36 * 36), 36);
            String[] own = {
                "cluster", "eu-west-1-production-a",
                "container", app,
                "instance", "10." + (pod >> 12 & 255) + "." + (pod >> 6 & 63) + "." + (pod & 63) + ":9102",
                "job", namespace + "/" + app,
                "namespace", namespace,
                "node", "ip-10-20-" + pod % 97 + "-" + pod % 13 + ".eu-west-1.compute.internal",
                "pod", app + "-" + Integer.toHexString(pod * 0x9E3779B1 >>> 4) + "-" + suffix,
                "prometheus", "monitoring/platform",
                "service", app + "-metrics",
            };
            String[] target = Arrays.copyOf(own, own.length + more.length);
            System.arraycopy(more, 0, target, own.length, more.length);
            podSeries(target, random, all, count);
        }
        return all;
    }

    private static void podSeries(String[] target, SplittableRandom random, List<Series> all, int count) {
        add(all, count, random, Kind.CONSTANT, target, "up");
        for (String method : METHODS) {
            for (String code : CODES) {
                add(all, count, random, Kind.COUNTER, target, "http_requests_total", "code", code, "method", method);
            }
        }
        for (String method : METHODS) {
            for (String le : BUCKETS) {
                add(
                        all,
                        count,
                        random,
                        Kind.COUNTER,
                        target,
                        "http_request_duration_seconds_bucket",
                        "le",
                        le,
                        "method",
                        method);
            }
            add(all, count, random, Kind.COUNTER, target, "http_request_duration_seconds_count", "method", method);
            add(all, count, random, Kind.NOISE, target, "http_request_duration_seconds_sum", "method", method);
        }
        for (int device = 0; device < 4; device++) {
            String name = "eth" + device;
            add(all, count, random, Kind.COUNTER, target, "container_network_receive_bytes_total", "interface", name);
            add(all, count, random, Kind.COUNTER, target, "container_network_transmit_bytes_total", "interface", name);
        }
        for (int cpu = 0; cpu < 4; cpu++) {
            add(all, count, random, Kind.COUNTER, target, "container_cpu_usage_seconds_total", "cpu", "cpu0" + cpu);
        }
        add(all, count, random, Kind.GAUGE, target, "container_memory_working_set_bytes", "image", "registry/app:1.4");
        add(all, count, random, Kind.GAUGE, target, "container_memory_rss", "image", "registry/app:1.4");
        add(all, count, random, Kind.GAUGE, target, "process_open_fds");
        add(all, count, random, Kind.CONSTANT, target, "kube_pod_container_resource_limits", "resource", "memory");
        add(all, count, random, Kind.CONSTANT, target, "kube_pod_container_resource_limits", "resource", "cpu");
        add(all, count, random, Kind.CONSTANT, target, "process_start_time_seconds");
        for (int queue = 0; queue < 6; queue++) {
            add(all, count, random, Kind.GAUGE, target, "worker_queue_depth", "queue", "queue-" + queue);
            add(all, count, random, Kind.NOISE, target, "worker_utilization_ratio", "queue", "queue-" + queue);
        }
    }

    private static void add(
            List<Series> all,
            int count,
            SplittableRandom random,
            Kind kind,
            String[] target,
            String name,
            String... more) {
        if (all.size() < count) {
            all.add(new Series(labels(target, name, more), kind, mix(random.nextLong())));
        }
    }

    /** Labels sorted by name, each as remote write 1.0's field 1 of a series. */
    private static byte[] labels(String[] target, String name, String[] more) {
        List<String[]> pairs = new ArrayList<>();
        pairs.add(new String[] {"__name__", name});
        for (int i = 0; i < target.length; i += 2) {
            pairs.add(new String[] {target[i], target[i + 1]});
        }
        for (int i = 0; i < more.length; i += 2) {
            pairs.add(new String[] {more[i], more[i + 1]});
        }
        pairs.sort((a, b) -> a[0].compareTo(b[0]));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String[] pair : pairs) {
            ByteArrayOutputStream label = new ByteArrayOutputStream();
            field(label, 0x0A, pair[0].getBytes(StandardCharsets.UTF_8));
            field(label, 0x12, pair[1].getBytes(StandardCharsets.UTF_8));
            field(out, 0x0A, label.toByteArray());
        }
        return out.toByteArray();
    }

    private static void field(ByteArrayOutputStream out, int tag, byte[] bytes) {
        out.write(tag);
        varint(out, bytes.length);
        out.writeBytes(bytes);
    }

    public static void varint(ByteArrayOutputStream out, long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            out.write((int) (rest & 0x7F) | 0x80);
            rest >>>= 7;
        }
        out.write((int) rest);
    }

    private static long mix(long z) {
        long x = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        x = (x ^ (x >>> 27)) * 0x94d049bb133111ebL;
        return x ^ (x >>> 31);
    }
}
