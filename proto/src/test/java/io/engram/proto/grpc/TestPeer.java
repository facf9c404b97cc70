package io.engram.proto.grpc;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A server on a free port of 127.0.0.1, and connections to it. */
final class TestPeer implements AutoCloseable {
    static final Duration LONG = Duration.ofMinutes(1);

    final Server server;
    final Connections connections;
    private final String address;

    TestPeer(BindableService service) throws IOException {
        this(service, config(LONG, LONG, 64 << 20, ConnectionsConfig.Compression.NONE));
    }

    TestPeer(BindableService service, ConnectionsConfig config) throws IOException {
        server = NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", 0))
                .directExecutor()
                .addService(service)
                .intercept(ClusterHeader.checking("test"))
                .maxInboundMessageSize(64 << 20)
                .build()
                .start();
        address = "127.0.0.1:" + server.getPort();
        connections = new Connections(config, "test");
    }

    static ConnectionsConfig config(
            Duration push, Duration read, long inflightBytes, ConnectionsConfig.Compression compression) {
        return new ConnectionsConfig(
                push,
                read,
                inflightBytes,
                1 << 20,
                64 << 20,
                Duration.ofSeconds(20),
                Duration.ofSeconds(5),
                compression,
                false,
                "",
                "",
                "",
                "");
    }

    String address() {
        return address;
    }

    IngesterClient ingester() {
        return connections.ingester(address());
    }

    @Override
    public void close() {
        connections.close();
        server.shutdownNow();
        try {
            server.awaitTermination(10, TimeUnit.SECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }
}
