package io.engram.app;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.time.Clock;
import io.engram.ring.RingLifecycle;
import io.engram.ring.zookeeper.ZooKeeperStore;
import io.engram.server.config.ConfigLoader;
import io.engram.server.metrics.Metrics;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.curator.test.TestingServer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The pages of the rings of a cluster: one process that is everything, and what two others left behind in ZooKeeper. */
class RingPageTest {
    private static TestingServer zooKeeper;
    private static ZooKeeperStore others;
    private static Engram engram;

    @TempDir
    static Path folder;

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    @BeforeAll
    static void start() throws Exception {
        zooKeeper = new TestingServer();
        others = ZooKeeperStore.open(zooKeeper.getConnectString(), 6000, "/engram");
        engram = Engram.wire(
                ConfigLoader.load(
                        List.of(
                                "--server.http-port=0",
                                "--server.grpc-port=0",
                                "--server.bind-address=127.0.0.1",
                                "--data.dir=" + folder,
                                "--ring.backend=zookeeper",
                                "--ring.zookeeper.connect=" + zooKeeper.getConnectString(),
                                "--ring.replication-factor=1",
                                "--ring.instance-id=living",
                                "--ring.instance-addr=127.0.0.1",
                                "--ring.instance-zone=a"),
                        Map.of(),
                        Main.CONFIG),
                new Metrics(),
                Clock.system());
        engram.start();
    }

    @AfterAll
    static void stop() throws Exception {
        engram.close();
        others.close();
        zooKeeper.close();
    }

    @Test
    void eachRingHasAPageForPeopleAndForPrograms() throws Exception {
        for (String ring : List.of("ingester", "store-gateway", "compactor")) {
            String json = awaitPage(
                    ring, "application/json", page -> page.contains("{\"id\":\"living\",\"state\":\"ACTIVE\""));
            assertTrue(json.startsWith("{\"ring\":\"" + ring + "\",\"ageSeconds\":0.0,"), json);

            String html = awaitPage(ring, "text/html, */*", page -> page.contains("<td>living</td>"));
            assertTrue(html.contains("<h1>Ring of the " + ring + "s</h1>"), html);
        }
    }

    @Test
    void whoIsSilentIsSeenAndForgottenAlsoWhereSoManyAreThatNobodyIsHeldUnhealthy() throws Exception {
        assertTrue(others.awaitConnected(30_000));
        for (String zone : List.of("b", "c")) {
            try (RingLifecycle dead = new RingLifecycle(others, "ingester", "dead-" + zone, "127.0.0.1:1", zone)) {
                dead.join();
                dead.activate();
            }
        }

        String html = awaitPage("ingester", "text/html", page -> page.split("<td>not heard from for ", -1).length == 3);
        assertTrue(html.contains("<button name=\"forget\" value=\"dead-b\">"), html);
        assertTrue(html.contains("<button name=\"forget\" value=\"dead-c\">"), html);
        assertTrue(!html.contains("<button name=\"forget\" value=\"living\">"), html);

        for (String zone : List.of("b", "c")) {
            HttpResponse<String> done = post("ingester", "forget=dead-" + zone);
            assertEquals(200, done.statusCode(), done::body);
            assertEquals("forget dead-" + zone + ": done\n", done.body());
        }
        awaitPage("ingester", "application/json", page -> !page.contains("dead-"));
    }

    @Test
    void aLivingInstanceIsToldToTakeNoMoreSamples() throws Exception {
        assertEquals(200, post("ingester", "read-only=living").statusCode());
        awaitPage("ingester", "application/json", page -> page.contains("\"readOnly\":true"));
        assertEquals(200, post("ingester", "writable=living").statusCode());
        awaitPage("ingester", "application/json", page -> page.contains("\"readOnly\":false"));
    }

    @Test
    void aLivingInstanceIsToldToLeaveAndForgottenWhenItIsGone() throws Exception {
        assertTrue(others.awaitConnected(30_000));
        try (RingLifecycle guest = new RingLifecycle(others, "ingester", "guest", "127.0.0.1:1", "a")) {
            guest.join();
            guest.activate();
            awaitPage("ingester", "text/html", page -> page.contains("<button name=\"leave\" value=\"guest\">"));

            HttpResponse<String> done = post("ingester", "leave=guest");
            assertEquals(200, done.statusCode(), done::body);
            assertEquals("leave guest: done\n", done.body());
            String html = awaitPage("ingester", "text/html", page -> page.contains("<td>guest</td><td>LEAVING</td>"));
            assertTrue(!html.contains("<button name=\"leave\" value=\"guest\">"), html);
            assertTrue(html.contains("<button name=\"forget\" value=\"guest\">"), html);

            HttpResponse<String> early = post("ingester", "forget=guest");
            assertEquals(400, early.statusCode());
            assertTrue(early.body().contains("guest is alive"), early.body());
        }
        assertEquals(200, post("ingester", "forget=guest").statusCode());

        HttpResponse<String> nobody = post("ingester", "leave=guest");
        assertEquals(400, nobody.statusCode());
        assertTrue(nobody.body().contains("guest is not on the ingester ring"), nobody.body());
    }

    /** What the process sees of a ring comes a moment after the ring has changed. */
    private static String awaitPage(String ring, String accept, Predicate<String> wanted) throws Exception {
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (true) {
            HttpResponse<String> page = send(request(ring, "").header("Accept", accept));
            assertEquals(200, page.statusCode(), page::body);
            assertTrue(page.headers().firstValue("Content-Type").orElse("").startsWith(accept.split(",")[0]));
            if (wanted.test(page.body())) {
                return page.body();
            }
            assertTrue(System.nanoTime() < endNs, page.body());
        }
    }

    private static HttpResponse<String> post(String ring, String action) throws Exception {
        return send(request(ring, "?" + action).POST(HttpRequest.BodyPublishers.noBody()));
    }

    private static HttpRequest.Builder request(String ring, String query) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + engram.port() + "/" + ring + "/ring" + query));
    }

    private static HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
        return CLIENT.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
}
