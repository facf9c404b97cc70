package io.engram.querier;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.engram.model.TenantId;
import io.engram.model.labels.Labels;
import io.engram.model.limits.Limits;
import io.engram.model.read.ChunkBatch;
import io.engram.model.read.SeriesTable;
import io.engram.model.testing.ManualClock;
import io.engram.model.testing.Seeds;
import io.engram.promql.engine.Engine;
import io.engram.promql.engine.EngineConfig;
import io.engram.proto.Select;
import io.engram.proto.SelectCursor;
import io.engram.proto.remote.read.LabelMatcher;
import io.engram.proto.remote.read.Query;
import io.engram.proto.remote.read.ReadRequest;
import io.engram.querier.fetch.MemorySelect;
import io.engram.querier.read.Frames;
import io.engram.server.AuthConfig;
import io.engram.server.ServerConfig;
import io.engram.server.config.ConfigLoader;
import io.engram.server.http.HttpServer;
import io.engram.server.http.RouteTable;
import io.engram.server.metrics.Metrics;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;
import org.xerial.snappy.Snappy;

/** Remote read over a real server on a free port. */
class RemoteReadHttpTest {
    private static final TenantId TENANT = new TenantId("team-a");
    private static final int SERIES = 1000;

    private final MemorySelect store = new MemorySelect();
    /** Lets fetches behind the first batch go on. */
    private final CountDownLatch mayGoOn = new CountDownLatch(1);

    private final CountDownLatch closed = new CountDownLatch(1);
    private final Engine engine = new Engine(EngineConfig.defaults());
    private final HttpClient client = HttpClient.newHttpClient();
    private Querier querier;
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        SplittableRandom random = Seeds.random();
        long[] times = random.longs(120, 0, 1_000_000).distinct().sorted().toArray();
        double[] values =
                Arrays.stream(times).mapToDouble(_ -> random.nextDouble()).toArray();
        for (int i = 0; i < SERIES; i++) {
            store.add(TENANT, Labels.of("__name__", "up", "i", "" + i), times, values);
        }
        serve(Map.of());
    }

    private void serve(Map<String, String> settings) throws IOException {
        Metrics metrics = new Metrics();
        querier = new Querier(
                ConfigLoader.record(QuerierConfig.class, settings),
                new Sources(List.of(new Halting()), List.of(), List.of(), new FakeCardinality()),
                engine,
                _ -> ConfigLoader.defaults(Limits.class),
                "1.2.3",
                metrics,
                new ManualClock(0));
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
        stopServing();
        engine.close();
    }

    private void stopServing() {
        mayGoOn.countDown();
        server.stop();
        querier.close();
    }

    /** Holds every fetch but the first until it is told to go on. */
    private final class Halting implements Select {
        @Override
        public SelectCursor select(Query query) {
            SelectCursor found = store.select(query);
            return new SelectCursor() {
                private int fetches;

                @Override
                public SeriesTable series() {
                    return found.series();
                }

                @Override
                public void fetch(int[] ordinals, int from, int to, ChunkBatch into) {
                    try {
                        assertTrue(fetches++ == 0 || mayGoOn.await(20, TimeUnit.SECONDS), "not told to go on");
                    } catch (InterruptedException e) {
                        throw new AssertionError(e);
                    }
                    found.fetch(ordinals, from, to, into);
                }

                @Override
                public void close() {
                    found.close();
                    closed.countDown();
                }
            };
        }

        @Override
        public List<String> labelNames(Query query) {
            return store.labelNames(query);
        }

        @Override
        public List<String> labelValues(String name, Query query) {
            return store.labelValues(name, query);
        }
    }

    private HttpRequest request(byte[] body) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + server.port() + "/api/v1/read"))
                .header("X-Scope-OrgID", TENANT.value())
                .header("Content-Type", "application/x-protobuf")
                .header("Content-Encoding", "snappy")
                .header("Accept-Encoding", "snappy")
                .header("X-Prometheus-Remote-Read-Version", "0.1.0")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
    }

    private static byte[] everything() throws IOException {
        return Snappy.compress(ReadRequest.newBuilder()
                .addAcceptedResponseTypes(ReadRequest.ResponseType.STREAMED_XOR_CHUNKS)
                .addQueries(Query.newBuilder()
                        .setEndTimestampMs(Long.MAX_VALUE)
                        .addMatchers(
                                LabelMatcher.newBuilder().setName("__name__").setValue("up")))
                .build()
                .toByteArray());
    }

    @Test
    void sendsFramesBeforeTheLastSeriesIsFetched() throws Exception {
        HttpResponse<InputStream> answer =
                client.send(request(everything()), HttpResponse.BodyHandlers.ofInputStream());
        assertEquals(200, answer.statusCode());
        Set<String> seen = new HashSet<>();
        try (InputStream in = answer.body()) {
            var frame = Frames.next(in);
            assertNotNull(frame);
            mayGoOn.countDown();
            for (; frame != null; frame = Frames.next(in)) {
                seen.add(frame.getChunkedSeries(0).getLabelsList().toString());
            }
        }
        assertEquals(SERIES, seen.size());
    }

    @Test
    void endsWithTheClient() throws Exception {
        HttpResponse<InputStream> answer =
                client.send(request(everything()), HttpResponse.BodyHandlers.ofInputStream());
        try (InputStream in = answer.body()) {
            assertNotNull(Frames.next(in));
        }
        client.close();
        mayGoOn.countDown();

        assertTrue(closed.await(20, TimeUnit.SECONDS), "the read goes on without its client");
        assertEquals(0, store.openCursors.get());
    }

    @Test
    void answersMistakesWithALineOfText() throws Exception {
        HttpResponse<String> answer = client.send(request(new byte[] {1, 2, 3}), HttpResponse.BodyHandlers.ofString());

        assertEquals(400, answer.statusCode());
        assertTrue(answer.body().endsWith("(err-engram-read-request-invalid)\n"), answer::body);
        assertFalse(answer.body().startsWith("{"), answer::body);
        assertEquals(
                413,
                client.send(request(new byte[(1 << 20) + 1]), HttpResponse.BodyHandlers.ofString())
                        .statusCode());
    }

    /** The frames that are out must not look like all there are; and nobody needs a trace of a limit. */
    @Test
    void breaksTheConnectionWithOneLineInTheLogWhereALimitIsMetMidway() throws Exception {
        ListAppender<ILoggingEvent> log = new ListAppender<>();
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        log.start();
        root.addAppender(log);
        stopServing();
        serve(Map.of("querier.max-fetched-chunk-bytes", "600KiB"));
        try {
            HttpResponse<InputStream> answer =
                    client.send(request(everything()), HttpResponse.BodyHandlers.ofInputStream());
            assertEquals(200, answer.statusCode());
            try (InputStream in = answer.body()) {
                assertNotNull(Frames.next(in));
                assertThrows(IOException.class, in::readAllBytes);
            }
            server.stop(); // what it has to say is said
        } finally {
            root.detachAppender(log);
        }
        List<ILoggingEvent> told = log.list.stream()
                .filter(event -> event.getLevel().isGreaterOrEqual(Level.WARN))
                .toList();
        assertEquals(1, told.size(), told::toString);
        assertEquals("query failed", told.getFirst().getMessage());
        assertNull(told.getFirst().getThrowableProxy());
        assertTrue(told.getFirst().getKeyValuePairs().toString().contains("querier.max-fetched-chunk-bytes"));
    }
}
