package io.engram.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.engram.model.testing.Seeds;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * Processes of a cluster die, hang and are cut off while it is written to and asked. Each test leaves the cluster whole; the
 * samples of all of them are found at the end of each.
 */
class ClusterIT {
    private static final int KILLS = Integer.getInteger("engram.test.cluster-kills", 3);
    private static final int SERIES = 10;

    private static LocalCluster cluster;
    private static NumberedSamples samples;

    @BeforeAll
    static void start() throws IOException, InterruptedException {
        Path folder = ServerProcess.folder(ClusterIT.class).resolve("cluster");
        cluster = new LocalCluster(
                folder,
                24_600,
                "--limits.past-grace-period=0",
                "--limits.retention=0",
                "--ring.zookeeper.session-timeout=4s");
        samples = new NumberedSamples("cluster", SERIES, 5);
    }

    @AfterAll
    static void stop() {
        if (cluster != null) {
            cluster.close();
        }
    }

    private static void checkAll() throws IOException, InterruptedException {
        samples.send(cluster.node("distributor-1"));
        for (int s = 0; s < SERIES; s++) {
            samples.check(cluster.node("querier-" + (1 + s % 2)), s);
        }
    }

    @Test
    void anyOneIngesterMayDieUnderLoad() throws Exception {
        SplittableRandom random = Seeds.random();
        try (ClusterLoad load = new ClusterLoad(cluster, samples, SERIES)) {
            for (int kill = 0; kill < KILLS; kill++) {
                String name = "ingester-" + (1 + random.nextInt(3));
                load.awaitRounds(5);
                cluster.kill(name);
                load.awaitRounds(20);
                cluster.start(name);
                load.awaitRounds(5);
            }
        }
        checkAll();
    }

    @Test
    void anIngesterThatHangsIsNotWaitedFor() throws Exception {
        try (ClusterLoad load = new ClusterLoad(cluster, samples, SERIES)) {
            load.awaitRounds(5);
            cluster.signal("ingester-2", "STOP");
            load.awaitRounds(20);
            cluster.signal("ingester-2", "CONT");
            load.awaitRounds(5);
        }
        checkAll();
    }

    @Test
    void withoutZookeeperTrafficGoesOn() throws Exception {
        try (ClusterLoad load = new ClusterLoad(cluster, samples, SERIES)) {
            load.awaitRounds(5);
            cluster.kill("zookeeper");
            load.awaitRounds(20);
            cluster.start("zookeeper");
            load.awaitRounds(5);
        }
        for (String name : List.of("ingester-1", "ingester-2", "ingester-3")) {
            ServerProcess.await(name + " to be heard from again", () -> "ACTIVE true".equals(ring().get(name)));
        }
        checkAll();
    }

    @Test
    void everythingDiesAtOnce() throws Exception {
        try (ClusterLoad load = new ClusterLoad(cluster, samples, SERIES)) {
            load.awaitRounds(5);
        }
        for (LocalCluster.Node node : cluster.status().values()) {
            if (!node.pid().equals("-")) { // one that has gone for good
                cluster.kill(node.name());
            }
        }
        cluster.up();
        checkAll();
    }

    @Test
    void eachProcessIsRestartedInTurnUnderLoad() throws Exception {
        for (String name : List.of("ingester-1", "ingester-2", "ingester-3", "store-gateway-1", "compactor-1")) {
            try (ClusterLoad load = new ClusterLoad(cluster, samples, SERIES)) {
                cluster.signal(name, "TERM");
                ServerProcess.await(
                        name + " to stop", () -> cluster.node(name).state().equals("stopped"));
                load.awaitRounds(3);
                cluster.start(name);
                load.awaitRounds(3);
            }
        }
        checkAll();
    }

    @Test
    void anIngesterComesAndGoesForGood() throws Exception {
        cluster.addIngester();
        LocalCluster.Node added = cluster.node("ingester-4");
        try (ClusterLoad load = new ClusterLoad(cluster, samples, SERIES)) {
            load.awaitRounds(10);
            assertEquals("ACTIVE true", ring().get("ingester-4"));
            assertEquals(
                    204,
                    Http.post(added.url("/ingester/prepare-shutdown"), new byte[0])
                            .statusCode());
            cluster.signal("ingester-4", "TERM");
            ServerProcess.await(
                    "ingester-4 to stop",
                    () -> cluster.node("ingester-4").state().equals("stopped"));
            ServerProcess.await("ingester-4 to leave the ring", () -> !ring().containsKey("ingester-4"));
            load.awaitRounds(10);
        }
        checkAll();
    }

    @Test
    void tooFewCopiesAreRefusedAndSaySo() throws Exception {
        cluster.kill("ingester-1");
        cluster.kill("ingester-3");
        try {
            var answer = new RemoteWrite()
                    .add(Map.of("__name__", "lost"), System.currentTimeMillis(), 1)
                    .send(cluster.node("distributor-1"), "few");
            assertEquals(503, answer.statusCode(), answer::body);
            assertTrue(answer.body().contains("ingester-1") || answer.body().contains("ingester-3"), answer::body);
            var asked = Http.get(
                    cluster.node("querier-1").url("/prometheus/api/v1/query?query=up"), "X-Scope-OrgID", "few");
            assertEquals(5, asked.statusCode() / 100, asked::body);
            assertTrue(asked.body().contains("ingester-1") && asked.body().contains("ingester-3"), asked::body);
        } finally {
            cluster.start("ingester-1");
            cluster.start("ingester-3");
        }
        checkAll();
    }

    /** State and health by instance, as a distributor's ring page tells. */
    private static Map<String, String> ring() {
        try {
            String json = Http.get(cluster.node("distributor-1").url("/ingester/ring"), "Accept", "application/json")
                    .body();
            Map<String, String> states = new TreeMap<>();
            var instance = Pattern.compile("\"id\":\"([^\"]+)\".*?\"state\":\"([A-Z]+)\".*?\"healthy\":(true|false)")
                    .matcher(json);
            while (instance.find()) {
                states.put(instance.group(1), instance.group(2) + " " + instance.group(3));
            }
            return states;
        } catch (IOException | InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
