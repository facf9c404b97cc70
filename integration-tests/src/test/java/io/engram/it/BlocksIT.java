package io.engram.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.bucket.FilesystemBucket;
import io.engram.bucket.index.BucketIndex;
import io.engram.bucket.index.BucketIndexFile;
import io.engram.bucket.layout.TenantBucket;
import io.engram.model.TenantId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Ten days of three tenants, written at speed, cut into blocks, shipped and merged; then the ingester's and the store-gateway's
 * disks are lost. At each stage every query answers as a Prometheus that holds the same samples.
 */
class BlocksIT {
    private static final List<String> TENANTS = List.of("first", "second", "third");
    private static final int SERIES = 8;
    private static final long STEP_MS = 60_000;
    private static final int STEPS = 10 * 24 * 60;
    private static final int BATCH_STEPS = 120;
    /** Begins on a day, so that the days of blocks are those of the samples. */
    private static final long END_MS = System.currentTimeMillis() / 86_400_000 * 86_400_000;

    private static final long START_MS = END_MS - STEPS * STEP_MS;

    /** At the mark, the reference is told whose series are meant. */
    private static final List<String> QUERIES = List.of(
            "requests_total{@}",
            "sum by (zone) (rate(requests_total{@}[10m]))",
            "max_over_time(temperature{@}[3h])",
            "avg by (zone) (temperature{@}) > 10",
            "count({@job=\"blocks\"})",
            "increase(requests_total{@series=~\"s[0-3]\"}[1d])",
            "temperature{@zone!=\"z1\"} offset 2d",
            "sum(absent(temperature{@series=\"none\"}))",
            "quantile_over_time(0.9, temperature{@series=\"s1\"}[12h])",
            "sum(count_over_time(requests_total{@}[1d]))",
            "max_over_time(sum by (zone) (rate(requests_total{@}[10m]))[6h:30m])");

    @Test
    void tenDaysOutOfTheBucketAreWhatAPrometheusHolds() throws Exception {
        String program = Debian.require("prometheus");
        String promtool = Debian.require("promtool");
        Path folder = ServerProcess.folder(BlocksIT.class);
        try (ServerProcess engram = engram(folder);
                ServerProcess prometheus = prometheus(program, promtool, folder)) {
            prometheus.startAndAwait("/-/ready");
            engram.startAndAwait("/ready");
            send(engram);
            sameAnswers(engram, prometheus, "while heads are cut");
            flush(engram);
            sameAnswers(engram, prometheus, "when all is shipped");
            ServerProcess.await("blocks of a day", () -> TENANTS.stream().allMatch(tenant -> isMerged(folder, tenant)));
            sameAnswers(engram, prometheus, "when blocks are merged");

            engram.kill();
            for (String lost : List.of("wal", "chunks", "blocks", "store-gateway", "compactor")) {
                delete(folder.resolve("data").resolve(lost));
            }
            engram.startAndAwait("/ready");
            sameAnswers(engram, prometheus, "when the disk is lost");
            assertEquals(0, engram.terminate(), engram::output);
        }
    }

    private static ServerProcess engram(Path folder) throws IOException {
        return ServerProcess.engram(
                folder,
                "--self-monitoring.enabled=false",
                "--limits.past-grace-period=30d",
                "--limits.retention=0",
                "--ingester.ship-interval=200ms",
                "--querier.bucket-index-refresh=0s",
                "--compactor.interval=1s",
                "--compactor.first-level-compaction-wait-period=0s");
    }

    private static void send(ServerProcess engram) throws Exception {
        for (int from = 0; from < STEPS; from += BATCH_STEPS) {
            for (String tenant : TENANTS) {
                RemoteWrite write = new RemoteWrite();
                for (int s = 0; s < SERIES; s++) {
                    long[] times = new long[BATCH_STEPS];
                    double[] requests = new double[BATCH_STEPS];
                    double[] temperatures = new double[BATCH_STEPS];
                    for (int i = 0; i < BATCH_STEPS; i++) {
                        times[i] = START_MS + (from + i) * STEP_MS;
                        requests[i] = requests(tenant, s, from + i);
                        temperatures[i] = temperature(tenant, s, from + i);
                    }
                    write.add(labels("requests_total", tenant, s), times, requests);
                    if (s % 3 != 2 || from / BATCH_STEPS % 5 < 3) { // a third of them come and go
                        write.add(labels("temperature", tenant, s), times, temperatures);
                    }
                }
                var response = write.send(engram, tenant);
                assertEquals(2, response.statusCode() / 100, response::body);
            }
        }
    }

    private static Map<String, String> labels(String name, String tenant, int s) {
        return Map.of("__name__", name, "job", "blocks", "series", "s" + s, "tenant", tenant, "zone", "z" + s % 3);
    }

    /** A counter that begins anew from time to time. */
    private static double requests(String tenant, int s, int step) {
        return (double) (step % (3000 + 100 * s)) * (s + 1 + TENANTS.indexOf(tenant));
    }

    private static double temperature(String tenant, int s, int step) {
        return Math.rint(100 * Math.sin(step / (20.0 + s)) + TENANTS.indexOf(tenant)) / 4 + s;
    }

    private static void flush(ServerProcess engram) throws Exception {
        var response = Http.post(engram.url("/ingester/flush?wait=true"), new byte[0]);
        assertEquals(204, response.statusCode(), response::body);
    }

    /** Asked a millisecond off the samples' times: at their edge Prometheus 2 and 3 differ. */
    private static void sameAnswers(ServerProcess engram, ServerProcess prometheus, String when) throws Exception {
        for (String tenant : TENANTS) {
            String[] header = {"X-Scope-OrgID", tenant};
            for (String query : QUERIES) {
                String reference = query.replace("{@}", "{tenant=\"" + tenant + "\"}")
                        .replace("{@", "{tenant=\"" + tenant + "\",");
                String plain = query.replace("{@}", "").replace("{@", "{");
                String times = "start=" + seconds(START_MS + 1) + "&end=" + seconds(END_MS + 1) + "&step=3h&query=";
                assertEquals(
                        RoundedAnswer.ask(prometheus, "/api/v1/query_range?" + times + Http.encode(reference)),
                        RoundedAnswer.ask(
                                engram, "/prometheus/api/v1/query_range?" + times + Http.encode(plain), header),
                        () -> plain + " of " + tenant + " " + when);
            }
            String range = "start=" + seconds(START_MS) + "&end=" + seconds(END_MS);
            String match = "&match[]=".replace("[]", "%5B%5D") + Http.encode("{tenant=\"" + tenant + "\"}");
            for (String path :
                    List.of("/api/v1/labels?", "/api/v1/label/series/values?", "/api/v1/label/__name__/values?")) {
                assertEquals(
                        Http.get(prometheus.url(path + range + match)).body(),
                        Http.get(engram.url("/prometheus" + path + range), header)
                                .body(),
                        () -> path + " of " + tenant + " " + when);
            }
        }
    }

    /** The same samples in blocks that promtool made. */
    private static ServerProcess prometheus(String program, String promtool, Path folder) throws Exception {
        Path text = folder.resolve("samples.txt");
        try (var out = Files.newBufferedWriter(text)) {
            for (String metric : List.of("requests_total", "temperature")) {
                out.write("# TYPE " + metric.replace("_total", "")
                        + (metric.equals("temperature") ? " gauge\n" : " counter\n"));
                for (int step = 0; step < STEPS; step++) {
                    for (String tenant : TENANTS) {
                        for (int s = 0; s < SERIES; s++) {
                            boolean counter = metric.equals("requests_total");
                            if (counter || s % 3 != 2 || step / BATCH_STEPS % 5 < 3) {
                                Map<String, String> labels = new TreeMap<>(labels(metric, tenant, s));
                                labels.remove("__name__");
                                StringBuilder line = new StringBuilder(metric).append('{');
                                labels.forEach((name, value) -> line.append(name)
                                        .append("=\"")
                                        .append(value)
                                        .append("\","));
                                line.setLength(line.length() - 1);
                                double value = counter ? requests(tenant, s, step) : temperature(tenant, s, step);
                                out.write(line + "} " + value + " " + seconds(START_MS + step * STEP_MS) + "\n");
                            }
                        }
                    }
                }
            }
            out.write("# EOF\n");
        }
        Path data = folder.resolve("prometheus-data");
        Process made = new ProcessBuilder(
                        promtool, "tsdb", "create-blocks-from", "openmetrics", text.toString(), data.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("promtool.log").toFile())
                .start();
        assertEquals(0, made.waitFor(), () -> "promtool: see " + folder.resolve("promtool.log"));
        Path config = folder.resolve("prometheus.yml");
        Files.writeString(config, "global: {scrape_interval: 1h}\n");
        int port = ServerProcess.freePort();
        return ServerProcess.prometheus(
                program, "prometheus", folder, port, config, "--storage.tsdb.retention.time=10y");
    }

    /** Whether all whole days but the newest are one block each. */
    private static boolean isMerged(Path folder, String tenant) {
        try (var bucket = FilesystemBucket.open(folder.resolve("data").resolve("bucket"))) {
            if (!(new BucketIndexFile(new TenantBucket(bucket, new TenantId(tenant))).load()
                    instanceof BucketIndexFile.Loaded.Present present)) {
                return false;
            }
            Set<Object> marked = new HashSet<>();
            present.index().deletionMarks().forEach(mark -> marked.add(mark.id()));
            List<BucketIndex.Block> live = present.index().blocks().stream()
                    .filter(block -> !marked.contains(block.id()))
                    .toList();
            long days = live.stream()
                    .filter(block -> block.maxTimeMs() - block.minTimeMs() > 23 * 3_600_000L)
                    .count();
            return days >= 8 && live.size() <= 30;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    static void delete(Path path) throws IOException {
        if (!Files.exists(path)) {
            return;
        }
        try (Stream<Path> all = Files.walk(path)) {
            for (Path file : all.sorted((a, b) -> b.compareTo(a)).toList()) {
                Files.delete(file);
            }
        }
        assertFalse(Files.exists(path));
    }

    private static String seconds(long ms) {
        assertTrue(ms > 0);
        return String.format(Locale.ROOT, "%.3f", ms / 1000.0);
    }
}
