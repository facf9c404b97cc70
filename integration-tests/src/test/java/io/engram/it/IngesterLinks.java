package io.engram.it;

import java.io.IOException;
import java.util.List;

/**
 * What connects one ingester with the others, each a network that a test may break alone.
 *
 * @param peers between distributors and queriers, and it
 * @param zookeeper between it and ZooKeeper
 * @param bucket between it and the object store
 */
record IngesterLinks(String name, TcpProxy peers, TcpProxy zookeeper, TcpProxy bucket) implements AutoCloseable {

    static IngesterLinks of(String name, int zookeeperPort, int bucketPort) throws IOException {
        return new IngesterLinks(name, TcpProxy.listening(), TcpProxy.to(zookeeperPort), TcpProxy.to(bucketPort));
    }

    /** What the ingester has to be told, for {@code --set}. */
    List<String> settings() {
        return List.of(
                name + ":ring.instance-addr=127.0.0.1:" + peers.port(),
                name + ":ring.zookeeper.connect=127.0.0.1:" + zookeeper.port(),
                name + ":bucket.s3.endpoint=http://127.0.0.1:" + bucket.port());
    }

    @Override
    public void close() {
        peers.close();
        zookeeper.close();
        bucket.close();
    }
}
