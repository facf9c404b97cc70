package io.engram.it;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** Scenes in which the machine of one ingester is not as it should be. */
final class ClusterHosts {
    private static final int MINUTES = 40;

    private final TestedCluster cluster;

    ClusterHosts(TestedCluster cluster) {
        this.cluster = cluster;
    }

    /**
     * Its disk takes no more bytes: the system refuses every write to a file. The others carry on; it says so, keeps what it
     * has acknowledged, and takes part again when there is room.
     */
    void diskIsFull(String ingester) throws Exception {
        String pid = cluster.node(ingester).pid();
        try (ClusterLoad load = cluster.load()) {
            load.awaitRounds(5);
            limitFiles(pid, "1:");
            try {
                ServerProcess.await(
                        ingester + " to say that its log cannot be written",
                        () -> cluster.sum(ingester, "engram_ingester_wal_available") == 0
                                && cluster.text(ingester, "/ready").contains("write-ahead log"));
                load.awaitRounds(20);
            } finally {
                limitFiles(pid, "unlimited:");
            }
            ServerProcess.await(
                    ingester + " to take writes again",
                    () -> cluster.sum(ingester, "engram_ingester_wal_available") == 1
                            && cluster.text(ingester, "/ready").equals("ready\n"));
            cluster.awaitEverybody(load);
        }
        assertEquals(pid, cluster.node(ingester).pid());
        cluster.checkAllWithout(TestedCluster.neighbour(ingester));
        cluster.processes.kill(ingester); // and reads what it wrote on the full disk
        cluster.processes.start(ingester);
        cluster.checkAllWithout(TestedCluster.neighbour(ingester));
    }

    /** @param bytes the soft limit of a file's size */
    private static void limitFiles(String pid, String bytes) throws IOException, InterruptedException {
        List<String> command = List.of(Debian.require("prlimit", "util-linux"), "--pid", pid, "--fsize=" + bytes);
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertEquals(0, process.waitFor(), command::toString);
    }

    /**
     * What is written meanwhile ends at the true present.
     *
     * @param offset of its clock from that of the others: {@code -7m}
     */
    void clockIsWrong(String ingester, String offset) throws Exception {
        String library = Debian.requireLibrary("faketime/libfaketime.so.1", "faketime");
        long firstMs = (System.currentTimeMillis() / 60_000 - MINUTES) * 60_000;
        NumberedSamples present = new NumberedSamples("present-" + firstMs, 1, 1, firstMs);
        cluster.processes.terminate(ingester);
        cluster.processes.start(ingester, Map.of("LD_PRELOAD", library, "FAKETIME", offset));
        try (ClusterLoad load = cluster.load()) {
            for (int minute = 0; minute < MINUTES; minute++) {
                present.send(cluster.distributors.get(minute % 2));
                present.check(cluster.queriers.get(minute / 2 % 2), 0);
            }
            cluster.awaitEverybody(load);
        }
        checkWithoutNeighbour(ingester, present);
        cluster.processes.terminate(ingester);
        cluster.processes.start(ingester);
        checkWithoutNeighbour(ingester, present);
    }

    private void checkWithoutNeighbour(String ingester, NumberedSamples present) throws Exception {
        cluster.checkAllWithout(TestedCluster.neighbour(ingester), () -> present.check(cluster.queriers.get(0), 0));
    }
}
