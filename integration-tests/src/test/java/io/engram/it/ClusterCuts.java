package io.engram.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import io.engram.it.TcpProxy.Link;

/** Scenes in which one ingester cannot reach somebody, or nobody can reach it, while everything runs. */
final class ClusterCuts {
    private final TestedCluster cluster;

    ClusterCuts(TestedCluster cluster) {
        this.cluster = cluster;
    }

    /** Its session ends, and it is shown as unhealthy; it serves all the same. */
    void fromZookeeper(String ingester, Link link) throws Exception {
        scene(
                ingester,
                cluster.links(ingester).zookeeper(),
                link,
                load -> {
                    cluster.awaitOnRing(ingester, "ACTIVE false");
                    cluster.awaitEverybody(load); // it takes its copies all the same
                },
                () -> cluster.awaitOnRing(ingester, "ACTIVE true"));
    }

    /** It is on the ring and healthy, and no distributor and querier gets a word of it. */
    void fromPeers(String ingester, Link link) throws Exception {
        scene(
                ingester,
                cluster.links(ingester).peers(),
                link,
                load -> {
                    cluster.awaitMissing(ingester);
                    load.awaitRounds(40);
                    assertEquals("ACTIVE true", cluster.onRing(ingester));
                },
                () -> {});
    }

    /** Its blocks wait and it says so; they are shipped when the bucket is back. */
    void fromBucket(String ingester, Link link) throws Exception {
        scene(
                ingester,
                cluster.links(ingester).bucket(),
                link,
                load -> {
                    assertEquals(
                            2,
                            Http.post(cluster.node(ingester).url("/ingester/flush"), new byte[0])
                                            .statusCode()
                                    / 100);
                    ServerProcess.await(
                            ingester + " to say that blocks wait",
                            () -> cluster.text(ingester, "/ready").contains("ingester: blocks of")
                                    && cluster.sum(ingester, "engram_ingester_ship_failing_tenants") > 0);
                    load.awaitRounds(10);
                },
                () -> ServerProcess.await(
                        ingester + " to ship its blocks",
                        () -> cluster.text(ingester, "/ready").equals("ready\n")
                                && cluster.sum(ingester, "engram_ingester_blocks_waiting") == 0));
    }

    private interface Broken {
        void run(ClusterLoad load) throws Exception;
    }

    /**
     * @param broken what is waited for while the network is
     * @param mended what is waited for afterwards
     */
    private void scene(String ingester, TcpProxy network, Link link, Broken broken, Runnable mended) throws Exception {
        try (ClusterLoad load = cluster.load()) {
            load.awaitRounds(5);
            network.set(link);
            try {
                broken.run(load);
            } finally {
                network.set(Link.WHOLE);
            }
            mended.run();
            cluster.awaitEverybody(load);
        }
        cluster.checkAllWithout(TestedCluster.neighbour(ingester));
    }
}
