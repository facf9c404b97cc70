package io.engram.ring.zookeeper;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.curator.test.TestingServer;
import org.apache.zookeeper.ZooKeeper;
import org.apache.zookeeper.data.Stat;

/** The session that an ephemeral node belongs to, as another client sees it. */
record Session(TestingServer server, String path, long owner) {
    static Session holding(TestingServer server, String path) throws Exception {
        ZooKeeper client = new ZooKeeper(server.getConnectString(), 6000, _ -> {});
        try {
            return new Session(server, path, client.exists(path, false).getEphemeralOwner());
        } finally {
            client.close();
        }
    }

    /** Returns when the node is there and belongs to another session. */
    void awaitSuccessor() throws Exception {
        long endNs = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        ZooKeeper client = new ZooKeeper(server.getConnectString(), 6000, _ -> {});
        try {
            while (System.nanoTime() < endNs) {
                CountDownLatch changed = new CountDownLatch(1);
                Stat stat = client.exists(path, _ -> changed.countDown());
                if (stat != null && stat.getEphemeralOwner() != owner) {
                    return;
                }
                changed.await(endNs - System.nanoTime(), TimeUnit.NANOSECONDS);
            }
        } finally {
            client.close();
        }
        throw new AssertionError(path + " still belongs to the session that ended, or is not there");
    }
}
