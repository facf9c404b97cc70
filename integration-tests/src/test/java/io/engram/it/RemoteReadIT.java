package io.engram.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/**
 * A Prometheus that has no samples of its own reads those of Engram: what it answers over remote read must be what Engram
 * answers itself, label by label and bit by bit.
 */
class RemoteReadIT {
    /** This Prometheus sends no headers with its reads. */
    private static final String TENANT = "anonymous";

    private static final long STEP_MS = 15_000;
    private static final int STEPS = 500;

    @Test
    void answersAPrometheusThatReadsFromIt() throws Exception {
        String program = Debian.require("prometheus");
        Path folder = ServerProcess.folder(RemoteReadIT.class);
        try (ServerProcess engram = ServerProcess.engram(folder, "--self-monitoring.enabled=false")) {
            engram.startAndAwait("/ready");
            long endMs = System.currentTimeMillis() / STEP_MS * STEP_MS - 60_000;
            write(engram, endMs);
            int port = ServerProcess.freePort();
            Path config = folder.resolve("prometheus.yml");
            Files.writeString(config, """
                    global: {external_labels: {cluster: eu, __replica__: b}}
                    remote_read:
                      - url: %s
                        read_recent: true
                    """.formatted(engram.url("/prometheus/api/v1/read")));
            try (ServerProcess prometheus = ServerProcess.prometheus(program, "reader", folder, port, config)) {
                prometheus.startAndAwait("/-/ready");
                sameAnswers(engram, prometheus, endMs);
            }
        }
    }

    /** Series of the cluster that the reader belongs to, half of them sent by its twin {@code a}; and of another one. */
    private static void write(ServerProcess engram, long endMs) throws Exception {
        SplittableRandom random = new SplittableRandom(7);
        RemoteWrite request = new RemoteWrite();
        for (int i = 0; i < 40; i++) {
            long[] times = new long[STEPS];
            double[] values = new double[STEPS];
            double count = 0;
            for (int s = 0; s < STEPS; s++) {
                times[s] = endMs - (STEPS - 1 - s) * STEP_MS + i;
                count += random.nextInt(9);
                values[s] = i % 2 == 0 ? count : random.nextDouble() * 1e6;
            }
            request.add(
                    Map.of(
                            "__name__",
                            i % 2 == 0 ? "requests_total" : "temperature",
                            "i",
                            "" + i,
                            "cluster",
                            i < 36 ? "eu" : "us",
                            "__replica__",
                            i % 4 < 2 ? "a" : "b"),
                    times,
                    values);
        }
        HttpResponse<String> answer = request.send(engram, TENANT);
        assertEquals(204, answer.statusCode(), answer::body);
    }

    private static void sameAnswers(ServerProcess engram, ServerProcess prometheus, long endMs) throws Exception {
        String eu = "cluster=\"eu\"";
        for (String query : List.of(
                "temperature{%s}",
                "requests_total{i=~\"1.*\",%s}",
                "rate(requests_total{i!=\"2\",%s}[5m])",
                "max_over_time(temperature{i!~\"1.|3\",%s}[7m] offset 10m)",
                "sum(requests_total{%s})",
                "{__name__=~\"temp.*|requests_total\",%s}")) {
            // 1 ms beside the samples: windows of this Prometheus are closed on the left.
            String path = "/api/v1/query_range?start=" + (endMs - 5_400_000 + 7_001) / 1000.0 + "&end="
                    + (endMs - 7_999) / 1000.0 + "&step=47&query=";
            List<String> expected =
                    series(Http.get(engram.url("/prometheus" + path + Http.encode(query.formatted(eu)))));
            List<String> actual = series(Http.get(
                    prometheus.url(path + Http.encode(query.replace(",%s", "").replace("%s", "")))));
            assertFalse(expected.isEmpty(), query);
            assertEquals(expected.size(), actual.size(), query);
            for (int i = 0; i < expected.size(); i++) {
                assertEquals(expected.get(i), actual.get(i), query);
            }
        }
    }

    /** Series of an answer, without the labels that the reader takes for its own. */
    private static List<String> series(HttpResponse<String> answer) {
        assertEquals(200, answer.statusCode(), answer::body);
        List<String> series = new ArrayList<>();
        for (String one : answer.body().split("\\{\"metric\":", -1)) {
            String plain =
                    one.replaceAll("\"(__replica__|cluster)\":\"[a-z]*\",?", "").replace(",}", "}");
            if (plain.contains("\"values\"")) {
                series.add(plain.replaceAll("[\\],}]*$", ""));
            }
        }
        series.sort(null);
        return series;
    }
}
