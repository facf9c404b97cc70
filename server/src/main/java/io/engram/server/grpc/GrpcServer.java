package io.engram.server.grpc;

import io.engram.proto.grpc.ClusterHeader;
import io.engram.server.ServerConfig;
import io.engram.server.lifecycle.Component;
import io.engram.server.metrics.Metrics;
import io.grpc.BindableService;
import io.grpc.Metadata;
import io.grpc.Server;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The port for calls of other instances. Handlers are called on the transport's threads and hand on what takes time; the
 * services of {@code io.engram.proto.grpc} do.
 */
public final class GrpcServer implements Component {
    /** Clients may ask for a sign of life twice as often as they do. */
    private static final int PERMITTED_KEEP_ALIVE_SECONDS = 5;

    private static final long CUT_OFF_MS = 2_000;
    private static final long POLL_MS = 5;
    private static final Logger LOG = LoggerFactory.getLogger(GrpcServer.class);

    private final InetSocketAddress address;
    private final long shutdownTimeoutMs;
    private final CallMetrics calls;
    private final Server server;
    private volatile int port;

    /**
     * Binds nothing yet.
     *
     * @param http whose address and {@code server.shutdown-timeout} hold here, too
     * @throws IllegalArgumentException where a TLS file cannot be used
     */
    public GrpcServer(GrpcConfig config, ServerConfig http, List<? extends BindableService> services, Metrics metrics) {
        this(config, http.listenAddress(), http.shutdownTimeout().toMillis(), services, metrics);
    }

    /** @param host the address to listen on */
    public GrpcServer(
            GrpcConfig config,
            String host,
            long shutdownTimeoutMs,
            List<? extends BindableService> services,
            Metrics metrics) {
        this.address = new InetSocketAddress(host, config.grpcPort());
        this.shutdownTimeoutMs = shutdownTimeoutMs;
        this.calls = new CallMetrics(metrics, config.grpcMaxInflightRequests());
        NettyServerBuilder builder = NettyServerBuilder.forAddress(address)
                .directExecutor()
                .maxInboundMessageSize(config.grpcMaxMessageBytes())
                .keepAliveTime(config.grpcKeepAliveTime().toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(config.grpcKeepAliveTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .permitKeepAliveTime(PERMITTED_KEEP_ALIVE_SECONDS, TimeUnit.SECONDS)
                .permitKeepAliveWithoutCalls(true);
        if (config.grpcCompression() == GrpcConfig.Compression.GZIP) {
            builder.intercept(compressing());
        }
        builder.intercept(ClusterHeader.checking(config.clusterName()));
        builder.intercept(calls); // the last one is asked first
        if (config.tls()) {
            builder.sslContext(tls(config));
        }
        services.forEach(builder::addService);
        this.server = builder.build();
    }

    private static SslContext tls(GrpcConfig config) {
        try {
            SslContextBuilder builder = GrpcSslContexts.configure(
                    SslContextBuilder.forServer(new File(config.grpcTlsCertPath()), new File(config.grpcTlsKeyPath())),
                    SslProvider.JDK);
            if (!config.grpcTlsClientCaPath().isEmpty()) {
                builder.trustManager(new File(config.grpcTlsClientCaPath())).clientAuth(ClientAuth.REQUIRE);
            }
            return builder.build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new IllegalArgumentException("cannot use a TLS file (server.grpc-tls-…): " + e.getMessage(), e);
        }
    }

    /** For clients that say they can read it; gRPC looks. */
    private static ServerInterceptor compressing() {
        return new ServerInterceptor() {
            @Override
            public <Q, R> ServerCall.Listener<Q> interceptCall(
                    ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
                call.setCompression("gzip");
                return next.startCall(call, headers);
            }
        };
    }

    @Override
    public String name() {
        return "grpc-server";
    }

    /** Listens from now on. @throws IOException where the address cannot be bound */
    @Override
    public void start() throws IOException {
        try {
            server.start();
            port = server.getPort();
        } catch (IOException e) {
            throw new IOException(
                    "cannot listen on %s:%d (server.bind-address, server.grpc-port): %s"
                            .formatted(
                                    address.getHostString(),
                                    address.getPort(),
                                    e.getCause() == null
                                            ? e.getMessage()
                                            : e.getCause().getMessage()),
                    e);
        }
    }

    /** The port that is listened on; after {@link #start}. */
    public int port() {
        return port;
    }

    /**
     * Takes no further calls, lets those in flight finish within {@code server.shutdown-timeout}, cuts off the others.
     * Clients are told with the first of this, and go elsewhere.
     */
    @Override
    public void stop() throws InterruptedException {
        server.shutdown();
        // Not awaitTermination: it waits for connections, which clients keep.
        long deadlineNs = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(shutdownTimeoutMs);
        while (calls.inflight() > 0 && System.nanoTime() - deadlineNs < 0) {
            if (server.awaitTermination(POLL_MS, TimeUnit.MILLISECONDS)) {
                return;
            }
        }
        int left = calls.inflight();
        if (left > 0) {
            LOG.atWarn()
                    .addKeyValue("calls", left)
                    .log("calls of other instances did not finish within server.shutdown-timeout and were cut off");
        }
        // what was answered a moment ago is still being sent
        server.awaitTermination(Math.min(CUT_OFF_MS, left > 0 ? 0 : 50), TimeUnit.MILLISECONDS);
        server.shutdownNow();
        server.awaitTermination(CUT_OFF_MS, TimeUnit.MILLISECONDS);
    }
}
