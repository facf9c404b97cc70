package io.engram.compactor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.bucket.layout.Marks;
import io.engram.bucket.layout.TenantBucket;
import io.engram.bucket.testing.FaultyBucket;
import io.engram.bucket.testing.MemoryBucket;
import io.engram.compactor.plan.Metas;
import io.engram.compactor.tenant.Unfolding;
import io.engram.compactor.testing.PairSamples;
import io.engram.compactor.testing.SampleSet;
import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.testing.ManualClock;
import io.engram.model.testing.StrictJson;
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
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CompactorPagesTest {
    private static final long DAY_MS = 20_000 * 24 * Metas.HOUR_MS;

    @TempDir
    Path folder;

    private final ManualClock clock = new ManualClock(DAY_MS + 400 * Metas.HOUR_MS);
    private final FaultyBucket bucket = new FaultyBucket(new MemoryBucket(clock));
    private final TenantBucket tenant = new TenantBucket(bucket, new TenantId("team-a"));
    private final HttpClient client = HttpClient.newHttpClient();
    private final Metrics metrics = new Metrics();
    private Compactor compactor;
    private HttpServer http;

    @BeforeEach
    void start() throws Exception {
        compactor = TestCompactor.create(bucket, folder, clock, Duration.ZERO, metrics);
        RouteTable routes = new RouteTable();
        compactor.register(routes);
        http = new HttpServer(
                ConfigLoader.record(
                        ServerConfig.class, Map.of("server.http-port", "0", "server.bind-address", "127.0.0.1")),
                ConfigLoader.defaults(AuthConfig.class),
                routes,
                new Metrics());
        http.start();
    }

    @AfterEach
    void stop() throws Exception {
        http.stop();
        client.close();
    }

    private HttpResponse<String> send(String method, String path, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + path))
                .method(method, BodyPublishers.noBody());
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.build(), BodyHandlers.ofString());
    }

    private void twoCopies() throws IOException {
        for (int copy = 0; copy < 2; copy++) {
            new SampleSet()
                    .fill(1, DAY_MS, DAY_MS + 2 * Metas.HOUR_MS, 60_000)
                    .upload(tenant, folder.resolve("up"), Metas.id(DAY_MS, copy));
        }
    }

    @Test
    void theBacklogIsShownAsTextAndAsJson() throws Exception {
        twoCopies();
        compactor.pass();
        String text = send("GET", "/compactor/jobs").body();
        assertTrue(text.contains("team-a\twaiting\t-\tvertical\t2024-10-04T00:00:00Z\t2h\t2\t"), text);
        String json =
                send("GET", "/compactor/jobs", "Accept", "application/json").body();
        assertTrue(json.contains("\"tenant\":\"team-a\",\"step\":\"waiting\""), json);
        assertTrue(json.contains("\"blocks\":[\"" + Metas.id(DAY_MS, 0) + "\",\"" + Metas.id(DAY_MS, 1) + "\"]"), json);
        StrictJson.parse(json.strip());
        compactor.runNext();
        assertEquals(
                "{\"jobs\":[],\"folded\":[]}\n",
                send("GET", "/compactor/jobs", "Accept", "application/json").body());
    }

    @Test
    void whatFoldingCameToIsShownAndCountedAndGoesWithTheFoldedBlock() throws Exception {
        long endMs = DAY_MS + 3 * Metas.HOUR_MS;
        PairSamples.uploadWithUnlike(tenant, folder.resolve("up"), Metas.id(endMs, 1), DAY_MS, endMs);
        new SampleSet()
                .fill(1, DAY_MS + 48 * Metas.HOUR_MS, DAY_MS + 49 * Metas.HOUR_MS, 60_000)
                .upload(tenant, folder.resolve("up"), Metas.id(DAY_MS + 50 * Metas.HOUR_MS, 2));
        assertEquals(0, foldedSeries().values().stream().mapToDouble(n -> n).sum());
        TestCompactor.settle(compactor);

        String text = send("GET", "/compactor/jobs").body();
        assertTrue(
                text.endsWith("TENANT\tFOLDED BLOCKS\tSERIES MERGED\tSINGLE\tUNLIKE\tCOUNTER DROPS\tBORDERS\n"
                        + "team-a\t1\t1\t0\t1\t0\t0\n"),
                text);
        String json =
                send("GET", "/compactor/jobs", "Accept", "application/json").body();
        assertEquals(
                "{\"jobs\":[],\"folded\":[{\"tenant\":\"team-a\",\"blocks\":1,\"merged\":1,\"single\":0,"
                        + "\"unlike\":1,\"counter_drops\":0,\"borders\":0}]}\n",
                json);
        assertEquals(
                Map.of("merged", 1.0, "single", 0.0, "unlike", 1.0, "counter-drop", 0.0, "border", 0.0),
                foldedSeries());

        BlockId fold = SampleSet.liveBlocks(tenant).stream()
                .filter(id -> !id.equals(Metas.id(DAY_MS + 50 * Metas.HOUR_MS, 2)))
                .findFirst()
                .orElseThrow();
        new Unfolding(tenant, clock).unfold(fold);
        TestCompactor.settle(compactor);
        assertEquals(
                "{\"jobs\":[],\"folded\":[]}\n",
                send("GET", "/compactor/jobs", "Accept", "application/json").body());
    }

    /** By what became of them. */
    private Map<String, Double> foldedSeries() {
        Map<String, Double> found = new TreeMap<>();
        metrics.forEachSample((name, labels, value) -> {
            if (name.equals("engram_compactor_folded_series_total")) {
                List<String> all = List.of(labels);
                found.put(all.get(all.indexOf("result") + 1), value);
            }
        });
        return found;
    }

    @Test
    void aTenantIsDeletedOnRequestAndSaysSoWhenItIsGone() throws Exception {
        twoCopies();
        String[] header = {"X-Scope-OrgID", "team-a"};
        assertEquals(200, send("POST", "/compactor/delete_tenant", header).statusCode());
        assertTrue(new Marks(tenant).tenantDeletion().isPresent());
        assertEquals(
                "{\"tenant_id\":\"team-a\",\"blocks_deleted\":false}\n",
                send("GET", "/compactor/delete_tenant_status", header).body());
        compactor.pass();
        assertEquals(
                "{\"tenant_id\":\"team-a\",\"blocks_deleted\":true}\n",
                send("GET", "/compactor/delete_tenant_status", header).body());
        assertEquals(List.of(), SampleSet.liveBlocks(tenant));
    }

    @Test
    void nobodyIsDeletedByARequestThatNamesNobody() throws Exception {
        HttpResponse<String> answer = send("POST", "/compactor/delete_tenant");
        assertEquals(401, answer.statusCode());
        assertTrue(answer.body().contains("no org id"), answer.body());
        assertTrue(new Marks(new TenantBucket(bucket, TenantId.ANONYMOUS))
                .tenantDeletion()
                .isEmpty());
        assertEquals(
                405,
                send("GET", "/compactor/delete_tenant", "X-Scope-OrgID", "a").statusCode());
    }

    @Test
    void aBucketThatDoesNotAnswerIs503() throws Exception {
        bucket.failAll();
        HttpResponse<String> answer = send("POST", "/compactor/delete_tenant", "X-Scope-OrgID", "team-a");
        assertEquals(503, answer.statusCode());
        assertTrue(answer.body().contains("err-engram-bucket-unavailable"), answer.body());
    }
}
