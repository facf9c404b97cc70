package io.engram.benchmarks.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;

/** The queries that dashboards and alerts ask, each timed over some runs. */
final class Queries {
    private static final long JVM_WARM_UP_NANOS = 2_000_000_000;

    static final List<String> RANGE = List.of(
            "sum(rate(http_requests_total[5m]))",
            "sum by (namespace, code) (rate(http_requests_total[5m]))",
            "sum by (job) (rate(http_requests_total{code=~\"5..\"}[5m])) / sum by (job) (rate(http_requests_total[5m]))",
            "histogram_quantile(0.99, sum by (le, namespace) (rate(http_request_duration_seconds_bucket[5m])))",
            "topk(5, sum by (pod) (rate(container_cpu_usage_seconds_total[5m])))",
            "max by (namespace) (container_memory_working_set_bytes)",
            "sum by (pod) (container_memory_rss{namespace=\"payments\"})",
            "avg_over_time(worker_queue_depth{namespace=\"search\"}[15m])",
            "quantile by (namespace) (0.9, worker_utilization_ratio)",
            "sum by (node) (increase(container_network_receive_bytes_total[30m]))",
            "count by (namespace) (up == 1)",
            "max_over_time(sum by (namespace) (rate(http_requests_total[5m]))[30m:1m])",
            "sum without (pod, instance, node) (container_memory_working_set_bytes) / 1024 / 1024");

    static final List<String> INSTANT = List.of(
            "sum by (namespace) (rate(http_requests_total[5m]))",
            "topk(10, sum by (pod) (rate(http_requests_total[5m])))",
            "count by (__name__) ({__name__=~\".+\"})",
            "histogram_quantile(0.9, sum by (le) (rate(http_request_duration_seconds_bucket[5m])))",
            "max_over_time(container_memory_rss{namespace=\"checkout\"}[1h])",
            "absent(up{job=\"nobody/nothing\"})",
            "container_memory_rss{namespace=\"payments\"}");

    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ServerProcess server;
    private final long startSeconds;
    private final long endSeconds;

    /** Median latency and mean CPU of one query, and what it answered. */
    record Timing(double medianMs, double cpuMs, long bytes) {}

    Queries(ServerProcess server, long startMs, long endMs) {
        this.server = server;
        this.startSeconds = startMs / 1000;
        this.endSeconds = endMs / 1000;
    }

    Timing range(String query, int stepSeconds, int runs) throws IOException, InterruptedException {
        return time(rangePath(stepSeconds), query, runs);
    }

    private String rangePath(int stepSeconds) {
        return "/api/v1/query_range?start=" + startSeconds + "&end=" + endSeconds + "&step=" + stepSeconds;
    }

    private String instantPath() {
        return "/api/v1/query?time=" + endSeconds;
    }

    /** Asks once, for who counts what that takes. */
    void ask(String query, int stepSeconds) throws IOException, InterruptedException {
        ask(uri(rangePath(stepSeconds), query));
    }

    void askInstant(String query) throws IOException, InterruptedException {
        ask(uri(instantPath(), query));
    }

    Timing instant(String query, int runs) throws IOException, InterruptedException {
        return time(instantPath(), query, runs);
    }

    private Timing time(String path, String query, int runs) throws IOException, InterruptedException {
        URI uri = uri(path, query);
        int warmUp = Math.max(3, runs / 2);
        long warmUpNanos = server.peer().onJvm() ? JVM_WARM_UP_NANOS : 0;
        long start = System.nanoTime();
        for (int i = 0; i < warmUp || System.nanoTime() - start < warmUpNanos; i++) {
            ask(uri);
        }
        double[] ms = new double[runs];
        double cpuBefore = server.cpuSeconds();
        long bytes = 0;
        for (int i = 0; i < runs; i++) {
            long began = System.nanoTime();
            bytes = ask(uri);
            ms[i] = (System.nanoTime() - began) / 1e6;
        }
        double cpuMs = (server.cpuSeconds() - cpuBefore) * 1000 / runs;
        Arrays.sort(ms);
        return new Timing(ms[runs / 2], cpuMs, bytes);
    }

    private URI uri(String path, String query) {
        return URI.create(
                "http://127.0.0.1:" + server.queryPort() + server.peer().queryPrefix() + path
                        + (server.peer() == Peer.VICTORIAMETRICS ? "&nocache=1" : "")
                        + "&query=" + URLEncoder.encode(query, StandardCharsets.UTF_8));
    }

    private long ask(URI uri) throws IOException, InterruptedException {
        HttpResponse<byte[]> response =
                client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray());
        if (response.statusCode() != 200) {
            throw new IOException(uri + " answered " + response.statusCode() + ": "
                    + new String(response.body(), StandardCharsets.UTF_8));
        }
        return response.body().length;
    }
}
