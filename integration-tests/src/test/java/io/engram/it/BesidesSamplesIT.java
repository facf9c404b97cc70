package io.engram.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import io.engram.model.testing.StrictJson;
import io.engram.proto.remote.read.LabelMatcher;
import io.engram.proto.remote.read.Query;
import io.engram.proto.remote.read.ReadRequest;
import io.engram.proto.remote.read.ReadResponse;
import io.engram.proto.remote.v1.BucketSpan;
import io.engram.proto.remote.v1.Exemplar;
import io.engram.proto.remote.v1.Histogram;
import io.engram.proto.remote.v1.Label;
import io.engram.proto.remote.v1.MetricMetadata;
import io.engram.proto.remote.v1.Sample;
import io.engram.proto.remote.v1.TimeSeries;
import io.engram.proto.remote.v1.WriteRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;

/** What senders send besides samples comes back, also after the plug was pulled. */
class BesidesSamplesIT {
    @Test
    void keepsExemplarsMetadataAndHistogramsThroughAKill() throws Exception {
        Path folder = ServerProcess.folder(BesidesSamplesIT.class);
        long nowMs = inOneChunk(System.currentTimeMillis() / 1000 * 1000);
        try (ServerProcess engram = ServerProcess.engram(folder, "--self-monitoring.enabled=false")) {
            engram.startAndAwait("/ready");
            HttpResponse<String> written = Http.post(
                    engram.url("/api/v1/push"),
                    Snappy.compress(request(nowMs).toByteArray()),
                    "Content-Type",
                    "application/x-protobuf",
                    "Content-Encoding",
                    "snappy");
            assertEquals(204, written.statusCode(), written::body);
            check(engram, nowMs);

            engram.kill();
            engram.startAndAwait("/ready");
            check(engram, nowMs);

            assertEquals(0, engram.terminate());
            engram.startAndAwait("/ready");
            check(engram, nowMs);
        }
    }

    private static Label label(String name, String value) {
        return Label.newBuilder().setName(name).setValue(value).build();
    }

    /** Moved so that the histogram of a second before lies in the same cell of the head's grid, which ends chunks. */
    private static long inOneChunk(long timeMs) {
        long cellMs = 2 * 3_600_000 / 64; // of a series with a sample a second
        return timeMs % cellMs < 1000 ? timeMs - 2000 : timeMs;
    }

    private static WriteRequest request(long nowMs) {
        return WriteRequest.newBuilder()
                .addTimeseries(TimeSeries.newBuilder()
                        .addLabels(label("__name__", "requests_bucket"))
                        .addLabels(label("le", "1"))
                        .addSamples(Sample.newBuilder().setTimestamp(nowMs).setValue(7))
                        .addExemplars(Exemplar.newBuilder()
                                .addLabels(label("trace_id", "abc"))
                                .setValue(0.25)
                                .setTimestamp(nowMs - 500)))
                .addTimeseries(TimeSeries.newBuilder()
                        .addLabels(label("__name__", "latency"))
                        .addHistograms(histogram(nowMs - 1000, 3))
                        .addHistograms(histogram(nowMs, 5)))
                .addMetadata(MetricMetadata.newBuilder()
                        .setMetricFamilyName("requests")
                        .setType(MetricMetadata.MetricType.HISTOGRAM)
                        .setHelp("How long requests take.")
                        .setUnit("seconds"))
                .build();
    }

    private static Histogram histogram(long timestampMs, int count) {
        return Histogram.newBuilder()
                .setCountInt(count + 2)
                .setZeroCountInt(1)
                .setSum(1.5 * count)
                .setSchema(3)
                .setZeroThreshold(0.001)
                .addPositiveSpans(BucketSpan.newBuilder().setOffset(-2).setLength(2))
                .addPositiveDeltas(count)
                .addPositiveDeltas(1 - count)
                .setTimestamp(timestampMs)
                .build();
    }

    private static void check(ServerProcess engram, long nowMs) throws Exception {
        long exemplarMs = nowMs - 500;
        assertEquals(
                "{\"status\":\"success\",\"data\":[{\"seriesLabels\":{\"__name__\":\"requests_bucket\",\"le\":\"1\"},"
                        + "\"exemplars\":[{\"labels\":{\"trace_id\":\"abc\"},\"value\":\"0.25\",\"timestamp\":"
                        + exemplarMs / 1000 + ".500}]}]}",
                Http.get(engram.url(
                                "/prometheus/api/v1/query_exemplars?query=" + Http.encode("rate(requests_bucket[1m])")))
                        .body());
        assertEquals(
                "{\"status\":\"success\",\"data\":{\"requests\":[{\"type\":\"histogram\","
                        + "\"help\":\"How long requests take.\",\"unit\":\"seconds\"}]}}",
                Http.get(engram.url("/prometheus/api/v1/metadata")).body());
        ReadResponse read = read(engram, nowMs);
        assertEquals(
                List.of(
                        histogram(nowMs - 1000, 3),
                        histogram(nowMs, 5).toBuilder()
                                .setResetHint(Histogram.ResetHint.NO)
                                .build()),
                read.getResults(0).getTimeseries(0).getHistogramsList());
    }

    private static ReadResponse read(ServerProcess engram, long nowMs) throws Exception {
        ReadRequest request = ReadRequest.newBuilder()
                .addQueries(Query.newBuilder()
                        .setEndTimestampMs(nowMs)
                        .addMatchers(
                                LabelMatcher.newBuilder().setName("__name__").setValue("latency")))
                .build();
        HttpResponse<byte[]> answer = Http.exchange(
                engram.url("/api/v1/read"),
                Snappy.compress(request.toByteArray()),
                "Content-Type",
                "application/x-protobuf",
                "Content-Encoding",
                "snappy");
        assertEquals(200, answer.statusCode());
        return ReadResponse.parseFrom(Snappy.uncompress(answer.body()));
    }

    @Test
    void knowsTheMetadataThatAPrometheusKnows() throws Exception {
        String program = Debian.require("prometheus");
        Path folder = ServerProcess.folder(BesidesSamplesIT.class);
        try (ServerProcess engram = ServerProcess.engram(folder, "--self-monitoring.enabled=false")) {
            engram.startAndAwait("/ready");
            int port = ServerProcess.freePort();
            Path config = folder.resolve("prometheus.yml");
            Files.writeString(config, """
                    global: {scrape_interval: 1s}
                    scrape_configs:
                      - {job_name: prometheus, static_configs: [{targets: ['127.0.0.1:%d']}]}
                    remote_write:
                      - {url: '%s', metadata_config: {send_interval: 1s}}
                    """.formatted(port, engram.url("/api/v1/push")));
            try (ServerProcess prometheus = ServerProcess.prometheus(program, "writer", folder, port, config)) {
                prometheus.startAndAwait("/-/ready");
                ServerProcess.await(
                        "metadata of a scrape",
                        () -> metadata(prometheus, "/api/v1/metadata").size() > 50);
                ServerProcess.await("the same in Engram", () -> metadata(engram, "/prometheus/api/v1/metadata")
                        .equals(metadata(prometheus, "/api/v1/metadata")));
                assertFalse(metadata(engram, "/prometheus/api/v1/metadata?metric=go_threads")
                        .isEmpty());
            }
        }
    }

    /** Entries as sets: Prometheus gives them in any order. */
    private static Map<String, Object> metadata(ServerProcess server, String path) {
        try {
            Map<?, ?> data = (Map<?, ?>)
                    StrictJson.object(Http.get(server.url(path)).body()).get("data");
            Map<String, Object> found = new TreeMap<>();
            data.forEach((metric, entries) -> found.put((String) metric, new HashSet<>((List<?>) entries)));
            return found;
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }
}
