package io.engram.tsdb.index;

import io.engram.model.labels.Matcher;
import io.engram.model.labels.Matcher.Type;
import io.engram.model.regex.Regex;
import io.engram.tsdb.slab.ByteSlab;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.IntSupplier;

/**
 * Prints what the index costs: time and bytes of a series, time of selections and expressions. Not a test; run its
 * {@code main} with the test class path, and the number of series as the argument (a million if there is none).
 */
final class IndexMeasurement {
    private static final int SHARDS = 8;
    private static final int BATCH = 1000;

    private IndexMeasurement() {}

    public static void main(String[] args) {
        int count = args.length > 0 ? Integer.parseInt(args[0]) : 1_000_000;
        byte[][] labels = new byte[count][];
        for (int i = 0; i < count; i++) {
            labels[arrival(i, count)] = Canonical.bytes(TestSeries.kubernetes(i));
        }
        LabelIndex index = null;
        for (int round = 0; round < 3; round++) {
            index = new LabelIndex(new ByteSlab());
            long before = cpuNanos();
            for (int i = 0; i < count; i++) {
                index.addSeries(i, labels[i], 0, labels[i].length);
            }
            print("addSeries", cpuNanos() - before, count);
        }
        IndexBytes bytes = index.bytes();
        System.out.printf(
                "B/series: labels %.1f, pair text %.1f, pair table %.1f, postings %.1f, total %.1f; pairs %d%n",
                (double) bytes.seriesLabels() / count,
                (double) bytes.pairText() / count,
                (double) bytes.pairTable() / count,
                (double) bytes.postings() / count,
                (double) bytes.total() / count,
                index.pairCount());
        selections(index);
        System.out.printf(
                "values kept for queries: %.1f B/series%n",
                (double) index.bytes().values() / count);
        expressions();
    }

    /** Where series i comes when so many senders write at once, a batch each in turn. */
    private static int arrival(int i, int count) {
        int perShard = count / SHARDS;
        int shard = i / perShard;
        int batch = i % perShard / BATCH;
        int to = (batch * SHARDS + shard) * BATCH + i % BATCH;
        return shard < SHARDS && perShard % BATCH == 0 ? to : i;
    }

    private static void selections(LabelIndex index) {
        select(index, "job= pod=~prefix", equal("job", "team-5/service-5"), regex("pod", "service-5-.*"));
        select(
                index,
                "name= cluster= method=",
                equal("__name__", "http_server_requests_3_seconds_bucket"),
                equal("cluster", "eu-west-1"),
                equal("method", "GET"));
        select(
                index,
                "cluster= namespace= method=",
                equal("cluster", "eu-west-1"),
                equal("namespace", "team-5"),
                equal("method", "POST"));
        select(index, "pod=~.*abc.*", regex("pod", ".*-5abc.*"));
        select(
                index,
                "name= pod!=\"\"",
                equal("__name__", "http_server_requests_3_seconds_bucket"),
                new Matcher(Type.NOT_EQUAL, "pod", ""));
        select(
                index,
                "name= le!=",
                equal("__name__", "http_server_requests_3_seconds_bucket"),
                new Matcher(Type.NOT_EQUAL, "le", "+Inf"));
        select(
                index,
                "job= instance!~",
                equal("job", "team-5/service-5"),
                new Matcher(Type.NOT_REGEX, "instance", "10\\.[0-9]\\..*:8080"));
        try (LabelView view = index.view()) {
            int[] ids = new int[32];
            repeat("pairIds", 1_000_000, () -> view.pairIds(ids[0] & 0xFFFF, ids));
            repeat("labelValues(pod)", 10, () -> view.labelValues("pod", null).size());
            repeat("labelNames()", 100, () -> view.labelNames(null).size());
        }
    }

    private static Matcher equal(String name, String value) {
        return Matcher.equal(name, value);
    }

    private static Matcher regex(String name, String pattern) {
        return new Matcher(Type.REGEX, name, pattern);
    }

    private static void select(LabelIndex index, String what, Matcher... matchers) {
        try (LabelView view = index.view()) {
            long before = cpuNanos();
            int found = view.select(List.of(matchers)).getCardinality();
            System.out.printf("%-34s first %,d us, %d series; ", what, (cpuNanos() - before) / 1000, found);
            repeat("then", 500, () -> view.select(List.of(matchers)).getCardinality());
        }
    }

    private static void expressions() {
        byte[][] values = new byte[100_000][];
        for (int i = 0; i < values.length; i++) {
            long mixed = i * 0x9E3779B97F4A7C15L;
            String value = "%08x-%04x-%04x-%04x-%012x"
                    .formatted(
                            (int) mixed,
                            mixed >>> 16 & 0xFFFF,
                            mixed >>> 24 & 0xFFFF,
                            i & 0xFFFF,
                            mixed >>> 12 & 0xFFFFFFFFFFFFL);
            values[i] = value.getBytes(StandardCharsets.UTF_8);
        }
        for (String pattern : List.of(
                "ab.*",
                ".*ab12.*",
                "[0-9a-f]{8}-.*9",
                "foo|bar|baz|qux|quux",
                ".+",
                "(?i).*AB.*",
                ".*(ab|cd)[0-9]+.*",
                "\\bab.*")) {
            Regex regex = Regex.compile(pattern);
            IntSupplier all = () -> {
                int matching = 0;
                for (byte[] value : values) {
                    matching += regex.matches(value, 0, value.length) ? 1 : 0;
                }
                return matching;
            };
            repeat("/" + pattern + "/ over " + values.length + " values", 8, all);
        }
    }

    private static void repeat(String what, int times, IntSupplier work) {
        int sum = 0;
        for (int i = 0; i < times / 2; i++) {
            sum += work.getAsInt();
        }
        long before = cpuNanos();
        for (int i = 0; i < times; i++) {
            sum += work.getAsInt();
        }
        print(what + (sum == 0 ? " (empty)" : ""), cpuNanos() - before, times);
    }

    /** Processor time of this thread, which other work on the machine does not lengthen. */
    private static long cpuNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }

    private static void print(String what, long nanos, long count) {
        System.out.printf("%s: %,.1f ns%n", what, (double) nanos / count);
    }
}
