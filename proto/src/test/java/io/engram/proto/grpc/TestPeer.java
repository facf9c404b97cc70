package io.engram.proto.grpc;

import io.grpc.BindableService;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A server on a free port of 127.0.0.1, and connections to it. */
final class TestPeer implements AutoCloseable {
    static final Duration LONG = Duration.ofMinutes(1);

    Server server;
    final Connections connections;
    private final String address;

    TestPeer(BindableService... services) throws IOException {
        this(List.of(services), config());
    }

    TestPeer(BindableService service, ConnectionsConfig config) throws IOException {
        this(List.of(service), config);
    }

    private TestPeer(List<BindableService> services, ConnectionsConfig config) throws IOException {
        server = server(0, services);
        address = "127.0.0.1:" + server.getPort();
        connections = new Connections(config, "test");
    }

    private static Server server(int port, List<BindableService> services) throws IOException {
        return NettyServerBuilder.forAddress(new InetSocketAddress("127.0.0.1", port))
                .directExecutor()
                .addServices(services.stream().map(BindableService::bindService).toList())
                .intercept(ClusterHeader.checking("test"))
                .maxInboundMessageSize(64 << 20)
                .build()
                .start();
    }

    /** Cuts off all calls and listens again at the same address. */
    void restart(BindableService service) throws IOException, InterruptedException {
        int port = server.getPort();
        server.shutdownNow();
        server.awaitTermination();
        server = server(port, List.of(service));
    }

    static ConnectionsConfig config() {
        return config(LONG, LONG, 64 << 20, ConnectionsConfig.Compression.NONE);
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
