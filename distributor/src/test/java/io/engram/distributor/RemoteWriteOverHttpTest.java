package io.engram.distributor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.limits.Limits;
import io.engram.model.testing.ManualClock;
import io.engram.model.testing.Seeds;
import io.engram.model.testing.TestLimits;
import io.engram.proto.remote.v1.WriteRequest;
import io.engram.proto.remote.v2.Request;
import io.engram.server.AuthConfig;
import io.engram.server.ServerConfig;
import io.engram.server.config.ConfigLoader;
import io.engram.server.http.HttpServer;
import io.engram.server.http.RouteTable;
import io.engram.server.metrics.Metrics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.xerial.snappy.Snappy;

/** The same path as a Prometheus server sees it: a socket, headers, a status. */
final class RemoteWriteOverHttpTest {
    private static final Limits LIMITS =
            TestLimits.with(Map.of("pastGracePeriod", Duration.ZERO, "futureGracePeriod", Duration.ZERO));

    private final FakePush push = new FakePush();
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        Metrics metrics = new Metrics();
        RouteTable routes = new RouteTable();
        Map<String, String> settings = Map.of("server.http-port", "0");
        new Distributor(
                        new DistributorConfig(1 << 20, 0, 1 << 20, 2),
                        42,
                        tenant -> LIMITS,
                        push,
                        new ManualClock(RandomRequests.NOW_MS),
                        metrics)
                .register(routes);
        server = new HttpServer(
                ConfigLoader.record(ServerConfig.class, settings),
                ConfigLoader.record(AuthConfig.class, settings),
                routes,
                metrics);
        server.start();
    }

    @AfterEach
    void stop() throws Exception {
        client.close();
        server.stop();
    }

    @Test
    void storesWhatIsSent() throws Exception {
        WriteRequest request = RandomRequests.request(Seeds.random());
        HttpResponse<String> answer = send(Snappy.compress(request.toByteArray()), "application/x-protobuf", true);
        assertEquals(204, answer.statusCode(), answer.body());
        assertEquals(Oracle.of(request, LIMITS), push.stored);
    }

    @Test
    void tellsVersion2HowMuchIsStored() throws Exception {
        Request request = RandomRequests2.request(Seeds.random());
        String type = "application/x-protobuf;proto=io.prometheus.write.v2.Request";
        HttpResponse<String> answer = send(Snappy.compress(request.toByteArray()), type, true);
        assertEquals(204, answer.statusCode(), answer.body());
        assertEquals(Oracle.of(request, LIMITS), push.stored);
        assertEquals(
                Optional.of(""
                        + push.stored.stream()
                                .mapToInt(one -> one.samples().size())
                                .sum()),
                answer.headers().firstValue("X-Prometheus-Remote-Write-Samples-Written"));

        HttpResponse<String> damaged = send(new byte[] {1, 2, 3}, type, true);
        assertEquals(400, damaged.statusCode());
        assertEquals(Optional.of("0"), damaged.headers().firstValue("X-Prometheus-Remote-Write-Samples-Written"));
        assertEquals(Optional.of("0"), damaged.headers().firstValue("X-Prometheus-Remote-Write-Histograms-Written"));
        assertEquals(Optional.of("0"), damaged.headers().firstValue("X-Prometheus-Remote-Write-Exemplars-Written"));
    }

    @Test
    void takesChunkedBodies() throws Exception {
        WriteRequest request = RandomRequests.request(Seeds.random());
        HttpResponse<String> answer = send(Snappy.compress(request.toByteArray()), "application/x-protobuf", false);
        assertEquals(204, answer.statusCode(), answer.body());
    }

    @Test
    void answersRefusalsWithTextAndId() throws Exception {
        HttpResponse<String> framed = send(new byte[] {(byte) 0xFF, 6, 0, 0, 's', 'N'}, "application/x-protobuf", true);
        assertEquals(400, framed.statusCode());
        assertTrue(framed.body().contains("(err-engram-snappy-framed)"), framed.body());
        assertEquals(
                415,
                send(new byte[0], "application/x-protobuf;proto=io.prometheus.write.v3.Request", true)
                        .statusCode());
        assertEquals(
                413,
                send(new byte[(1 << 20) + 1], "application/x-protobuf", true).statusCode());
    }

    @Test
    void tellsASenderToComeBackLater() throws Exception {
        push.unavailable = true;
        HttpResponse<String> answer = send(
                Snappy.compress(RandomRequests.request(Seeds.random()).toByteArray()), "application/x-protobuf", true);
        assertEquals(503, answer.statusCode());
        assertTrue(answer.headers().firstValue("Retry-After").isPresent());
    }

    private HttpResponse<String> send(byte[] body, String type, boolean declared) throws Exception {
        HttpRequest.BodyPublisher whole = HttpRequest.BodyPublishers.ofByteArray(body);
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/api/v1/push"))
                .header("Content-Type", type)
                .header("Content-Encoding", "snappy")
                .header("X-Scope-OrgID", "team-a")
                .POST(declared ? whole : HttpRequest.BodyPublishers.fromPublisher(whole))
                .timeout(Duration.ofSeconds(20))
                .build();
        return client.send(request, HttpResponse.BodyHandlers.ofString());
    }
}
