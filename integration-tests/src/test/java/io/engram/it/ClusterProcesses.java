package io.engram.it;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Scenes in which processes die, hang, stop, start, come and go. */
final class ClusterProcesses {
    private static final String ADDED = "ingester-4";

    private final TestedCluster cluster;
    private final LocalCluster processes;

    ClusterProcesses(TestedCluster cluster) {
        this.cluster = cluster;
        this.processes = cluster.processes;
    }

    void oneIngesterDies(int times) throws Exception {
        try (ClusterLoad load = cluster.load()) {
            for (int kill = 0; kill < times; kill++) {
                String name = cluster.anyIngester();
                load.awaitRounds(5);
                processes.kill(name);
                load.awaitRounds(20);
                processes.start(name);
                cluster.awaitEverybody(load);
            }
        }
        cluster.checkAll();
    }

    /** Its ingesters and its store-gateway. */
    void aZoneDies(String zone, int times) throws Exception {
        try (ClusterLoad load = cluster.load()) {
            for (int kill = 0; kill < times; kill++) {
                List<String> names = processes.status().values().stream()
                        .filter(node -> node.zone().equals(zone) && node.runs())
                        .map(LocalCluster.Node::name)
                        .toList();
                names.forEach(processes::kill);
                load.awaitRounds(20);
                names.forEach(processes::start);
                cluster.awaitEverybody(load);
            }
        }
        cluster.checkAll();
    }

    /** For this long at least. */
    void anIngesterHangs(String ingester, Duration atLeast) throws Exception {
        try (ClusterLoad load = cluster.load()) {
            load.awaitRounds(5);
            processes.signal(ingester, "STOP");
            long untilNs = System.nanoTime() + atLeast.toNanos();
            do {
                load.awaitRounds(20);
            } while (System.nanoTime() < untilNs);
            processes.signal(ingester, "CONT");
            cluster.awaitEverybody(load);
        }
        cluster.checkAll();
    }

    void zookeeperIsAway() throws Exception {
        try (ClusterLoad load = cluster.load()) {
            load.awaitRounds(5);
            processes.kill("zookeeper");
            load.awaitRounds(20);
            processes.start("zookeeper");
            load.awaitRounds(5);
        }
        for (String name : List.of("ingester-1", "ingester-2", "ingester-3")) {
            cluster.awaitOnRing(name, "ACTIVE true");
        }
        cluster.checkAll();
    }

    void everythingDies() throws Exception {
        try (ClusterLoad load = cluster.load()) {
            load.awaitRounds(5);
        }
        for (LocalCluster.Node node : processes.status().values()) {
            if (node.runs()) {
                processes.kill(node.name());
            }
        }
        processes.up();
        cluster.checkAll();
    }

    void eachIsRestarted() throws Exception {
        for (String name : List.of(
                "ingester-1",
                "ingester-2",
                "ingester-3",
                "store-gateway-1",
                "compactor-1",
                "distributor-1",
                "querier-1")) {
            try (ClusterLoad load = cluster.balancedLoad()) {
                processes.terminate(name);
                load.awaitRounds(3);
                processes.start(name);
                cluster.awaitEverybody(load);
            }
        }
        cluster.checkAll();
    }

    /** While it is there its zone has two, and dies. */
    void anIngesterComesAndGoesForGood() throws Exception {
        if (!processes.status().containsKey(ADDED)) {
            processes.addIngester();
        } else if (!processes.node(ADDED).runs()) {
            processes.start(ADDED);
        }
        LocalCluster.Node added = processes.node(ADDED);
        try (ClusterLoad load = cluster.load()) {
            load.awaitRounds(10);
            assertEquals("ACTIVE true", cluster.onRing(ADDED));
        }
        aZoneDies(added.zone(), 1);
        try (ClusterLoad load = cluster.load()) {
            assertEquals(
                    204,
                    Http.post(added.url("/ingester/prepare-shutdown"), new byte[0])
                            .statusCode());
            processes.terminate(ADDED);
            ServerProcess.await(ADDED + " to leave the ring", () -> cluster.onRing(ADDED) == null);
            load.awaitRounds(10);
        }
        assertNull(cluster.onRing(ADDED));
        cluster.checkAll();
    }

    /** All ingesters of two zones of three. */
    void tooManyDie() throws Exception {
        List<String> dead = processes.status().values().stream()
                .filter(node -> node.name().startsWith("ingester-") && node.runs())
                .filter(node -> !node.zone().equals("zone-b"))
                .map(LocalCluster.Node::name)
                .toList();
        dead.forEach(processes::kill);
        try {
            var answer = new RemoteWrite()
                    .add(Map.of("__name__", "lost"), System.currentTimeMillis(), 1)
                    .send(cluster.node("distributor-1"), "few");
            assertEquals(503, answer.statusCode(), answer::body);
            assertTrue(answer.body().contains("ingester-1") || answer.body().contains("ingester-3"), answer::body);
            var asked = Http.get(
                    cluster.node("querier-1").url("/prometheus/api/v1/query?query=up"), "X-Scope-OrgID", "few");
            assertEquals(5, asked.statusCode() / 100, asked::body);
            // Of each zone that is gone one at least; the query ends when it knows of both.
            assertTrue(asked.body().contains("(zone-a)") && asked.body().contains("(zone-c)"), asked::body);
        } finally {
            dead.forEach(processes::start);
        }
        cluster.checkAll();
    }
}
