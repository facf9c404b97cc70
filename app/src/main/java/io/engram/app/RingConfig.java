package io.engram.app;

import io.engram.model.config.Check;
import io.engram.model.config.Section;
import io.engram.model.config.Setting;
import java.time.Duration;
import java.util.List;

/** Who this instance is on the rings, and where they are kept. */
@Section("ring")
public record RingConfig(
        @Setting(
                value = "local",
                doc = "Where the rings are kept: local (in this process, which then is all components), or zookeeper (a"
                        + " cluster).")
        String backend,

        @Setting(
                value = "0",
                doc =
                        "Ingesters that hold each series, one per zone where zones are set. The same in all processes. 0 is 3"
                                + " with ring.backend=zookeeper and 1 with local.")
        int replicationFactor,

        @Setting(
                value = "0",
                doc =
                        "Store-gateways that keep the index-header of each block ready. 0 is 3 with ring.backend=zookeeper"
                                + " and 1 with local.")
        int storeGatewayReplicationFactor,

        @Setting(
                value = "",
                doc = "Name of this instance on the rings; keeps its tokens under it. Empty is engram-1 with"
                        + " ring.backend=local and the name of the host otherwise.")
        String instanceId,

        @Setting(
                value = "",
                doc =
                        "Address that others reach this instance at, as host or host:port; without a port it is"
                                + " server.grpc-port. Empty is server.bind-address, or where that is empty the address of the host.")
        String instanceAddr,

        @Setting(value = "", doc = "Failure domain of this instance; empty where there are none.")
        String instanceZone,

        @Setting(
                key = "zookeeper.connect",
                value = "",
                doc =
                        "Servers of ZooKeeper, as host:port with commas between, and a path below which everything is kept"
                                + " where it is shared with others (zk-1:2181,zk-2:2181/engram).")
        String zookeeperConnect,

        @Setting(
                key = "zookeeper.session-timeout",
                value = "10s",
                doc = "How long a process may be silent before ZooKeeper takes it for gone.")
        Duration zookeeperSessionTimeout,

        @Setting(
                value = "15m",
                doc =
                        "Store-gateways and compactors that were not heard from for so long are taken off their rings; 0 is"
                                + " never. Ingesters stay until an operator says otherwise: they may have samples that nobody else"
                                + " has.")
        Duration forgetAfter,

        @Setting(
                value = "100ms",
                doc =
                        "How long each step of a query waits for the last ingesters once it would be whole without them, at least;"
                                + " a quarter of what the others took, where that is more.")
        Duration readPatience) {

    private static final int DEFAULT_COPIES = 3;

    public RingConfig {
        Check.that(
                List.of("local", "zookeeper").contains(backend),
                "ring.backend: '" + backend + "' is not known; it is local or zookeeper");
        boolean local = backend.equals("local");
        Check.that(
                !local || replicationFactor <= 1 && storeGatewayReplicationFactor <= 1,
                "ring.replication-factor and ring.store-gateway-replication-factor must be 0 or 1 with ring.backend=local:"
                        + " one process holds one copy");
        Check.atLeastZero("ring.replication-factor", replicationFactor);
        Check.that(replicationFactor <= 15, "ring.replication-factor must be at most 15");
        Check.atLeastZero("ring.store-gateway-replication-factor", storeGatewayReplicationFactor);
        Check.that(
                local || !zookeeperConnect.isEmpty(),
                "ring.zookeeper.connect must name the servers of ZooKeeper, as ring.backend is zookeeper");
        Check.that(
                zookeeperSessionTimeout.compareTo(Duration.ofSeconds(1)) >= 0,
                "ring.zookeeper.session-timeout must be at least 1s");
        Check.atLeastZero("ring.forget-after", forgetAfter);
        Check.atLeastZero("ring.read-patience", readPatience);
    }

    /** Whether this process is everything and alone. */
    boolean local() {
        return backend.equals("local");
    }

    /** Its name on the rings. */
    String id() {
        return !instanceId.isEmpty() ? instanceId : local() ? "engram-1" : HostAddress.name();
    }

    /** Ingesters that hold each series. */
    int copies() {
        return replicationFactor > 0 ? replicationFactor : local() ? 1 : DEFAULT_COPIES;
    }

    /** Store-gateways that keep each block ready. */
    int blockCopies() {
        return storeGatewayReplicationFactor > 0 ? storeGatewayReplicationFactor : local() ? 1 : DEFAULT_COPIES;
    }
}
