package io.engram.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import io.engram.distributor.peers.BreakerConfig;
import io.engram.model.time.Clock;
import io.engram.proto.remote.v1.Label;
import io.engram.proto.remote.v1.Sample;
import io.engram.proto.remote.v1.TimeSeries;
import io.engram.proto.remote.v1.WriteRequest;
import io.engram.ring.ClusterSeed;
import io.engram.server.config.Config;
import io.engram.server.config.ConfigException;
import io.engram.server.config.ConfigLoader;
import io.engram.server.metrics.Metrics;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.FutureTask;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole process, in the test's own JVM. */
class EngramTest {
    private static final Path DEPLOY = Path.of("..", "deploy");
    private static final Path DASHBOARD = DEPLOY.resolve("dashboards/engram.json");
    private static final Path CLUSTER_ALERTS = DEPLOY.resolve("alerts/cluster.yml");

    @TempDir
    Path folder;

    private final HttpClient client = HttpClient.newHttpClient();

    private Config config(Path dir) throws Exception {
        return ConfigLoader.load(
                List.of("--server.http-port=0", "--data.dir=" + dir, "--self-monitoring.enabled=false"),
                Map.of(),
                Main.CONFIG);
    }

    @Test
    void theDashboardAndTheAlertsAskForMetricsThatExist() throws Exception {
        Metrics metrics = new Metrics();
        try (Engram engram = Engram.wire(config(folder), metrics, Clock.system())) {
            engram.start();
            assertEquals(204, push(engram, series("up")).statusCode());
            assertEquals(400, push(engram, series("")).statusCode());
            assertEquals(200, get(engram, "/prometheus/api/v1/query?query=up").statusCode());

            Set<String> known = new TreeSet<>();
            // Those that a process has only where it calls others.
            new io.engram.distributor.peers.Peers(config(folder).get(BreakerConfig.class), Clock.system(), metrics)
                    .of("ingester-1");
            ClusterPeers.answersMissingCopies(metrics);
            metrics.forEachSample((name, labels, value) -> known.add(name));
            Matcher names = Pattern.compile("\\b(?:engram|process|jvm)_[a-z_]+")
                    .matcher(Files.readString(DASHBOARD) + Files.readString(CLUSTER_ALERTS));
            Set<String> asked = new TreeSet<>();
            while (names.find()) {
                asked.add(names.group());
            }
            assertTrue(asked.size() > 30, asked::toString);
            asked.removeAll(known);
            assertEquals(Set.of(), asked, "these are asked for, and nothing registers them");
        }
    }

    @Test
    void thePagesOfTheProcessNameItsVersion() throws Exception {
        try (Engram engram = Engram.wire(config(folder), new Metrics(), Clock.system())) {
            engram.start();

            assertTrue(get(engram, "/").body().startsWith("Engram " + BuildInfo.version() + "\n"));
            String info = get(engram, "/prometheus/api/v1/status/buildinfo").body();
            assertTrue(info.contains("\"version\":\"" + BuildInfo.version() + "\""), info);
        }
    }

    @Test
    void saysInWordsWhyTheDataFolderCannotBeUsed() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));

        IOException taken = assertThrows(IOException.class, () -> DataFolder.open(file));
        IOException below = assertThrows(IOException.class, () -> DataFolder.open(file.resolve("data")));

        assertEquals(
                "data.dir: cannot make the folder " + file.toAbsolutePath() + ": there is a file of that name",
                taken.getMessage());
        assertTrue(!below.getMessage().contains("Exception"), below.getMessage());
    }

    @Test
    void thePageOfTheReplicasShowsWhoSends() throws Exception {
        try (Engram engram = Engram.wire(config(folder), new Metrics(), Clock.system())) {
            engram.start();
            assertEquals(
                    "{\"tenants\":[]}\n", get(engram, "/replicas?format=json").body());
            for (String replica : List.of("b", "a")) {
                Label label = Label.newBuilder()
                        .setName("__replica__")
                        .setValue(replica)
                        .build();
                assertEquals(
                        204,
                        push(
                                        engram,
                                        series("up").toBuilder()
                                                .addLabels(0, label)
                                                .build())
                                .statusCode());
            }

            String json = get(engram, "/replicas?format=json").body();
            assertTrue(json.contains("\"cluster\":\"\",\"leader\":\"a\""), json);
            assertTrue(json.contains("{\"replica\":\"b\",\"silent\":false"), json);
            assertEquals(
                    "{\"tenants\":[]}\n",
                    get(engram, "/replicas?format=json&tenant=other").body());
            HttpResponse<String> page = get(engram, "/replicas");
            assertEquals(
                    "text/html; charset=utf-8",
                    page.headers().firstValue("Content-Type").orElse(""));
            assertTrue(page.body().contains("<td>a</td><td>leads</td>"), page.body());
        }
    }

    @Test
    void aPartOfAClusterNeedsTheOthers() throws Exception {
        Config part = ConfigLoader.load(
                List.of("--target=querier,distributor", "--data.dir=" + folder), Map.of(), Main.CONFIG);
        ConfigException refused =
                assertThrows(ConfigException.class, () -> Engram.wire(part, new Metrics(), Clock.system()));
        assertTrue(refused.getMessage().contains("ring.backend=zookeeper"), refused.getMessage());
    }

    @Test
    void withoutZooKeeperAnIngesterWithItsSeedOpensItsPortAndSaysWhatItWaitsFor() throws Exception {
        ClusterSeed.open(folder);
        Config ingester = ConfigLoader.load(
                List.of(
                        "--target=ingester",
                        "--data.dir=" + folder,
                        "--bucket.backend=filesystem",
                        "--ring.backend=zookeeper",
                        "--ring.zookeeper.connect=127.0.0.1:1", // nobody is there
                        "--server.bind-address=127.0.0.1",
                        "--server.http-port=0",
                        "--server.grpc-port=0",
                        "--server.shutdown-delay=0s"),
                Map.of(),
                Main.CONFIG);
        FutureTask<Void> start;
        try (Engram engram = Engram.wire(ingester, new Metrics(), Clock.system())) {
            start = new FutureTask<>(() -> {
                engram.start();
                return null;
            });
            Thread.ofPlatform().start(start);
            while (engram.port() <= 0) {
                Thread.onSpinWait();
            }
            HttpResponse<String> ready = get(engram, "/ready");
            while (!ready.body().contains("cluster-seed: ZooKeeper at 127.0.0.1:1")) {
                assertEquals(503, ready.statusCode());
                ready = get(engram, "/ready");
            }
            assertTrue(get(engram, "/services").body().matches("(?s).*ingester +RUNNING.*"), "the log was replayed");
        }
        start.get();
    }

    @Test
    void thePageOfTheRingShowsWhoIsOnIt() throws Exception {
        try (Engram engram = Engram.wire(config(folder), new Metrics(), Clock.system())) {
            engram.start();
            assertTrue(get(engram, "/ingester/ring")
                    .body()
                    .contains("engram-1\tACTIVE\thealthy\tin-process\t-\t512\t100.00%\n"));
            String json = send(request(engram, "/ingester/ring").header("Accept", "application/json"))
                    .body();
            assertTrue(
                    json.startsWith("{\"ring\":\"ingester\",\"ageSeconds\":0.0,\"instances\":[{\"id\":\"engram-1\""),
                    json);
            String page = send(request(engram, "/ingester/ring").header("Accept", "text/html, */*"))
                    .body();
            assertTrue(page.contains("<button name=\"read-only\" value=\"engram-1\">"), page);

            HttpRequest.Builder forget =
                    request(engram, "/ingester/ring?forget=engram-1").POST(HttpRequest.BodyPublishers.noBody());
            HttpResponse<String> refused = send(forget);
            assertEquals(400, refused.statusCode(), refused::body);
            assertTrue(refused.body().contains("engram-1 is alive"), refused.body());
        }
    }

    private static TimeSeries series(String metricName) {
        return TimeSeries.newBuilder()
                .addLabels(Label.newBuilder().setName("__name__").setValue(metricName))
                .addSamples(Sample.newBuilder()
                        .setTimestamp(System.currentTimeMillis())
                        .setValue(1))
                .build();
    }

    /** Sends one series, as a snappy block of one literal: its length, a tag, the bytes. */
    private HttpResponse<String> push(Engram engram, TimeSeries series) throws Exception {
        byte[] message = WriteRequest.newBuilder().addTimeseries(series).build().toByteArray();
        assertTrue(message.length <= 60, "longer literals have another tag");
        byte[] header = {(byte) message.length, (byte) (message.length - 1 << 2)};
        ByteString body = ByteString.copyFrom(header).concat(ByteString.copyFrom(message));
        return client.send(
                request(engram, "/api/v1/push")
                        .header("Content-Type", "application/x-protobuf")
                        .header("Content-Encoding", "snappy")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body.toByteArray()))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> get(Engram engram, String path) throws Exception {
        return send(request(engram, path));
    }

    private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private static HttpRequest.Builder request(Engram engram, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + engram.port() + path));
    }
}
