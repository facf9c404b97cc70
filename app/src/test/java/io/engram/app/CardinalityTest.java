package io.engram.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.engram.model.time.Clock;
import io.engram.proto.remote.v1.Label;
import io.engram.proto.remote.v1.Sample;
import io.engram.proto.remote.v1.TimeSeries;
import io.engram.proto.remote.v1.WriteRequest;
import io.engram.server.config.ConfigLoader;
import io.engram.server.metrics.Metrics;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What was pushed over HTTP, counted over HTTP. */
class CardinalityTest {
    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();
    private Engram engram;

    @BeforeEach
    void start() throws Exception {
        engram = Engram.wire(
                ConfigLoader.load(
                        List.of(
                                "--server.http-port=0",
                                "--data.dir=" + folder,
                                "--self-monitoring.enabled=false",
                                "--ingester.active-series-interval=10ms",
                                "--limits.active-series-custom-trackers=even:{parity=\"even\"};none:{parity=\"none\"}"),
                        Map.of(),
                        Main.CONFIG),
                new Metrics(),
                Clock.system());
        engram.start();
        long nowMs = System.currentTimeMillis();
        WriteRequest.Builder request = WriteRequest.newBuilder();
        for (int i = 0; i < 20; i++) {
            String parity = i % 2 == 0 ? "even" : "odd";
            long timeMs = i < 12 ? nowMs : nowMs - 3_600_000;
            request.addTimeseries(TimeSeries.newBuilder()
                    .addLabels(label("__name__", "m"))
                    .addLabels(label("id", "" + i))
                    .addLabels(label("parity", parity))
                    .addSamples(Sample.newBuilder().setTimestamp(timeMs).setValue(i)));
        }
        assertEquals(204, push(request.build().toByteArray()).statusCode());
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        engram.close();
    }

    private static Label.Builder label(String name, String value) {
        return Label.newBuilder().setName(name).setValue(value);
    }

    /** Sends a message as a snappy block of one literal: its length, a tag, the length less one, the bytes. */
    private HttpResponse<String> push(byte[] message) throws Exception {
        int length = message.length;
        assertTrue(128 <= length && length < 1 << 14, "other lengths have other heads");
        byte[] head = {
            (byte) (length | 0x80),
            (byte) (length >> 7),
            (byte) (61 << 2),
            (byte) (length - 1),
            (byte) (length - 1 >> 8)
        };
        ByteString body = ByteString.copyFrom(head).concat(ByteString.copyFrom(message));
        return client.send(
                HttpRequest.newBuilder(uri("/api/v1/push"))
                        .header("Content-Type", "application/x-protobuf")
                        .header("Content-Encoding", "snappy")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private URI uri(String path) {
        return URI.create("http://127.0.0.1:" + engram.port() + path);
    }

    private String get(String path) throws Exception {
        HttpResponse<String> answer =
                client.send(HttpRequest.newBuilder(uri(path)).build(), HttpResponse.BodyHandlers.ofString());
        assertEquals(200, answer.statusCode(), answer.body());
        return answer.body();
    }

    @Test
    void countsNamesAndValues() throws Exception {
        assertEquals("""
                {"label_values_count_total":23,"label_names_count":3,"cardinality":[\
                {"label_name":"id","label_values_count":20},\
                {"label_name":"parity","label_values_count":2}]}""", get("/prometheus/api/v1/cardinality/label_names?limit=2"));
        assertEquals("""
                {"series_count_total":12,"labels":[\
                {"label_name":"parity","label_values_count":2,"series_count":12,"cardinality":[\
                {"label_value":"even","series_count":6},{"label_value":"odd","series_count":6}]}]}""", get("/api/v1/cardinality/label_values?label_names%5B%5D=parity&count_method=active"));
    }

    @Test
    void listsActiveSeriesOnly() throws Exception {
        assertEquals("""
                {"data":[{"__name__":"m","id":"9","parity":"odd"}]}""", get("/api/v1/cardinality/active_series?selector=%7Bid%3D~%229%7C19%22%7D"));
    }

    @Test
    void describesTheHead() throws Exception {
        String status = get("/prometheus/api/v1/status/tsdb?limit=1");

        assertTrue(status.contains("\"numSeries\":20,\"numLabelPairs\":23,\"chunkCount\":20,"), status);
        assertTrue(status.contains("\"seriesCountByMetricName\":[{\"name\":\"m\",\"value\":20}]"), status);
    }

    @Test
    void measuresActiveSeriesAndThoseThatTrackersTake() {
        List<String> expected = List.of(
                "engram_ingester_active_series{tenant=\"anonymous\"} 12\n",
                "engram_ingester_head_series{tenant=\"anonymous\"} 20\n",
                "engram_ingester_active_series_custom_tracker{name=\"even\",tenant=\"anonymous\"} 6\n",
                "engram_ingester_active_series_custom_tracker{name=\"none\",tenant=\"anonymous\"} 0\n");
        assertTimeoutPreemptively(Duration.ofSeconds(20), () -> {
            String page = get("/metrics");
            while (!expected.stream().allMatch(page::contains)) {
                page = get("/metrics");
            }
        });
    }
}
