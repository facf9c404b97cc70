package io.engram.querier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.TenantId;
import io.engram.model.labels.Labels;
import io.engram.model.limits.Limits;
import io.engram.model.testing.ManualClock;
import io.engram.model.testing.StrictJson;
import io.engram.promql.engine.Engine;
import io.engram.promql.engine.EngineConfig;
import io.engram.promql.engine.QueryException;
import io.engram.querier.fetch.MemorySelect;
import io.engram.server.AuthConfig;
import io.engram.server.ServerConfig;
import io.engram.server.config.ConfigLoader;
import io.engram.server.http.HttpServer;
import io.engram.server.http.RouteTable;
import io.engram.server.metrics.Metrics;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The API over a real server on a free port, with the real engine. */
class QuerierHttpTest {
    private static final TenantId TENANT = new TenantId("team-a");
    private static final long NOW_MS = 1_000_000_000L;

    private final MemorySelect store = new MemorySelect();
    private final Engine engine = new Engine(EngineConfig.defaults());
    private final HttpClient client = HttpClient.newHttpClient();
    private Querier querier;
    private HttpServer server;

    private void start(QueryEndpoints.Evaluator evaluator) throws IOException {
        Metrics metrics = new Metrics();
        querier = new Querier(
                ConfigLoader.record(QuerierConfig.class, Map.of()),
                new Sources(List.of(store), List.of(), List.of(), new FakeCardinality()),
                evaluator,
                _ -> ConfigLoader.defaults(Limits.class),
                "1.2.3",
                metrics,
                new ManualClock(NOW_MS));
        RouteTable routes = new RouteTable();
        querier.register(routes);
        server = new HttpServer(
                ConfigLoader.record(ServerConfig.class, Map.of("server.http-port", "0")),
                ConfigLoader.record(AuthConfig.class, Map.of()),
                routes,
                metrics);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop();
        querier.close();
        engine.close();
    }

    private HttpResponse<String> send(String tenant, HttpRequest.Builder request) throws Exception {
        return client.send(request.header("X-Scope-OrgID", tenant).build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpRequest.Builder get(String pathAndQuery) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + pathAndQuery));
    }

    private HttpRequest.Builder post(String path, String form) {
        return get(path)
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(HttpRequest.BodyPublishers.ofString(form));
    }

    @Test
    void answersFormsAndQueriesAlike() throws Exception {
        store.add(TENANT, Labels.of("__name__", "up", "job", "a"), new long[] {NOW_MS}, new double[] {2});
        start(engine::run);
        String expected = "{\"status\":\"success\",\"data\":{\"resultType\":\"vector\",\"result\":[{\"metric\":"
                + "{\"job\":\"a\"},\"value\":[1000000,\"3\"]}]}}";

        HttpResponse<String> posted =
                send("team-a", post("/prometheus/api/v1/query", "query=sum+by+%28job%29+%28up%29+%2B+1&time=1000000"));
        HttpResponse<String> got = send("team-a", get("/api/v1/query?query=sum+by+(job)+(up)%2B1&time=1000000"));

        assertEquals(expected, posted.body());
        assertEquals(expected, got.body());
        assertEquals(
                "application/json", got.headers().firstValue("Content-Type").orElseThrow());
        assertTrue(send("team-b", get("/api/v1/query?query=up")).body().contains("\"result\":[]"));
    }

    @Test
    void streamsLargeAnswersWhole() throws Exception {
        int seriesCount = 300;
        for (int i = 0; i < seriesCount; i++) {
            store.add(TENANT, Labels.of("__name__", "up", "i", "" + i), new long[] {NOW_MS}, new double[] {i / 7.0});
        }
        start(engine::run);

        HttpResponse<String> answer =
                send("team-a", post("/prometheus/api/v1/query_range", "query=up&start=1000000&end=1000299&step=1"));

        Map<?, ?> data = (Map<?, ?>) StrictJson.object(answer.body()).get("data");
        List<?> result = (List<?>) data.get("result");
        assertEquals(seriesCount, result.size());
        for (Object series : result) {
            Map<?, ?> labels = (Map<?, ?>) ((Map<?, ?>) series).get("metric");
            List<?> values = (List<?>) ((Map<?, ?>) series).get("values");
            assertEquals(300, values.size());
            double value = Integer.parseInt((String) labels.get("i")) / 7.0;
            assertEquals(value, Double.parseDouble((String) ((List<?>) values.getLast()).getLast()));
        }
    }

    @Test
    void refusesWrongMethodsPathsAndEncodings() throws Exception {
        start(engine::run);

        assertEquals(405, send("team-a", get("/api/v1/query?query=1").DELETE()).statusCode());
        assertEquals(404, send("team-a", get("/prometheus/api/v1/status/flags")).statusCode());
        assertEquals(400, send("team-a", get("/api/v1/label/%ff/values")).statusCode());
        assertEquals(400, send("no/tenant", get("/api/v1/query?query=1")).statusCode());
        assertEquals(
                200, send("team-a", get("/api/v1/label/%E2%98%BA.x/values")).statusCode());
        assertEquals(200, send("team-a", get("/api/v1/status/flags")).statusCode());
    }

    @Test
    void answersMistakesOfOursWith500() throws Exception {
        start((expression, query, storage, options) -> {
            throw new IllegalStateException("bug");
        });

        assertEquals(500, send("team-a", get("/api/v1/query?query=1")).statusCode());
    }

    @Test
    void stopsAQueryWhoseClientHangsUp() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch cancelled = new CountDownLatch(1);
        start((expression, query, storage, options) -> {
            begun.countDown();
            long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
            while (!options.cancelled().getAsBoolean() && System.nanoTime() < endNs) {
                Thread.onSpinWait();
            }
            if (options.cancelled().getAsBoolean()) {
                cancelled.countDown();
            }
            throw new QueryException(QueryException.Kind.CANCELED, "query was canceled in expression evaluation");
        });

        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            String request = "GET /api/v1/query?query=1 HTTP/1.1\r\nHost: localhost\r\nX-Scope-OrgID: team-a\r\n\r\n";
            socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
            assertTrue(begun.await(20, TimeUnit.SECONDS));
        }

        assertTrue(cancelled.await(20, TimeUnit.SECONDS), "the query never learnt that its client is gone");
    }
}
