package io.engram.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** A Prometheus that scrapes itself and Engram, writes into Engram, and is asked the same as Engram; another federates from it. */
class RealPrometheusIT {
    @Test
    void answersAsThePrometheusThatWritesIntoIt() throws Exception {
        String program = Debian.require("prometheus");
        Path folder = ServerProcess.folder(RealPrometheusIT.class);
        try (ServerProcess engram = ServerProcess.engram(folder, "--self-monitoring.enabled=false")) {
            engram.startAndAwait("/ready");
            int port = ServerProcess.freePort();
            Path config = folder.resolve("prometheus.yml");
            Files.writeString(config, """
                    global: {scrape_interval: 1s, external_labels: {}}
                    scrape_configs:
                      - {job_name: prometheus, static_configs: [{targets: ['127.0.0.1:%d']}]}
                      - {job_name: engram, static_configs: [{targets: ['127.0.0.1:%d']}]}
                    remote_write:
                      - url: %s
                        queue_config: {batch_send_deadline: 500ms}
                    """.formatted(port, engram.port, engram.url("/api/v1/push")));
            try (ServerProcess prometheus = ServerProcess.prometheus(program, "writer", folder, port, config)) {
                prometheus.startAndAwait("/-/ready");
                // Windows that begin before the first scrape are extrapolated otherwise since Prometheus 3: ask behind
                // it.
                ServerProcess.await("25 scrapes in Engram", () -> count(engram, "/prometheus", "up") >= 25);
                long untilMs = System.currentTimeMillis() - 2000;
                ServerProcess.await("Engram to have caught up", () -> points(engram, "/prometheus", untilMs)
                        .equals(points(prometheus, "", untilMs)));
                sameAnswers(engram, prometheus, untilMs);
                federates(program, folder, engram);
            }
        }
    }

    private static void sameAnswers(ServerProcess engram, ServerProcess prometheus, long untilMs) throws Exception {
        for (String query : List.of(
                "up",
                "rate(prometheus_http_requests_total[10s])",
                "sum by (job) (rate(process_cpu_seconds_total[10s]))",
                "increase(prometheus_tsdb_head_samples_appended_total[8s])",
                "histogram_quantile(0.9, sum by (le, job) (rate(prometheus_http_request_duration_seconds_bucket[10s])))",
                "max_over_time(go_goroutines[10s]) - min_over_time(go_goroutines[10s])",
                "topk(3, go_memstats_alloc_bytes)",
                "count by (__name__) ({job=\"engram\"})",
                "scrape_samples_scraped{job=\"engram\"} > 10",
                "avg_over_time(scrape_duration_seconds[10s])",
                "label_replace(up, \"host\", \"$1\", \"instance\", \"(.*):.*\")",
                "sum(up) / count(up)",
                "absent(nothing_here)",
                "resets(process_start_time_seconds[10s])",
                "{job=\"prometheus\",__name__=~\"go_gc.*\"}")) {
            String range = "/api/v1/query_range?start=" + seconds(untilMs - 5000) + "&end=" + seconds(untilMs)
                    + "&step=0.7&query=" + Http.encode(query);
            assertEquals(
                    RoundedAnswer.ask(prometheus, range),
                    RoundedAnswer.ask(engram, "/prometheus" + range),
                    () -> "range query " + query);
            String instant = "/api/v1/query?time=" + seconds(untilMs) + "&query=" + Http.encode(query);
            assertEquals(
                    RoundedAnswer.ask(prometheus, instant),
                    RoundedAnswer.ask(engram, "/prometheus" + instant),
                    () -> "query " + query);
        }
        for (String path : List.of("/api/v1/labels?", "/api/v1/label/__name__/values?", "/api/v1/label/job/values?")) {
            String times = path + "start=" + seconds(untilMs - 3000) + "&end=" + seconds(untilMs);
            assertEquals(
                    Http.get(prometheus.url(times)).body(),
                    Http.get(engram.url("/prometheus" + times)).body(),
                    times);
        }
    }

    private static void federates(String program, Path folder, ServerProcess engram) throws Exception {
        int port = ServerProcess.freePort();
        Path config = folder.resolve("federate.yml");
        Files.writeString(config, """
                global: {scrape_interval: 1s}
                scrape_configs:
                  - job_name: federate
                    honor_labels: true
                    metrics_path: /federate
                    params: {'match[]': ['{job="prometheus",__name__=~"go_.*"}', 'up']}
                    static_configs: [{targets: ['127.0.0.1:%d']}]
                """.formatted(engram.port));
        try (ServerProcess parent = ServerProcess.prometheus(program, "parent", folder, port, config)) {
            parent.startAndAwait("/-/ready");
            ServerProcess.await("federated samples", () -> {
                try {
                    return RoundedAnswer.ask(parent, "/api/v1/query?query=go_threads")
                                            .size()
                                    == 1
                            && RoundedAnswer.ask(parent, "/api/v1/query?query=" + Http.encode("up{job=\"engram\"}"))
                                            .size()
                                    == 1;
                } catch (Exception e) {
                    throw new AssertionError(e);
                }
            });
            assertFalse(
                    RoundedAnswer.ask(parent, "/api/v1/query?query=go_threads").isEmpty());
        }
    }

    private static int count(ServerProcess server, String prefix, String metric) {
        try {
            String body = Http.get(server.url(
                            prefix + "/api/v1/query?query=" + Http.encode("max(count_over_time(" + metric + "[1h]))")))
                    .body();
            Matcher value = Pattern.compile("\"(\\d+)\"]").matcher(body);
            return value.find() ? Integer.parseInt(value.group(1)) : 0;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    /** The raw samples of every series shortly before a time: equal once the last batch has arrived. */
    private static Map<String, String> points(ServerProcess server, String prefix, long untilMs) {
        try {
            return RoundedAnswer.ask(
                    server,
                    prefix + "/api/v1/query?time=" + seconds(untilMs) + "&query=" + Http.encode("{job=~\".+\"}[8s]"));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static String seconds(long ms) {
        return String.format(Locale.ROOT, "%.3f", ms / 1000.0);
    }
}
