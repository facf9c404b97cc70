package io.engram.proto.grpc;

import io.grpc.ConnectivityState;
import io.grpc.ManagedChannel;
import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.File;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import javax.net.ssl.SSLException;

/**
 * The connections to other instances: one for each address, shared by all clients of that address and closed with the last
 * of them. Connects when it is first asked for, and tries again and again after a loss. Safe for all threads.
 */
public final class Connections implements AutoCloseable {
    private static final long RECONNECT_MS = 250;

    private final ConnectionsConfig config;
    private final String clusterName;
    private final SslContext tls;
    private final Map<String, Shared> byAddress = new HashMap<>(); // guarded by this
    private final ScheduledExecutorService reconnects = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("grpc-reconnect").daemon().factory());

    private static final class Shared {
        final ManagedChannel channel;
        final AtomicLong timesConnected = new AtomicLong();
        int users;

        Shared(ManagedChannel channel) {
            this.channel = channel;
            watch();
        }

        /** Counts each time it becomes ready, until the channel is shut down. */
        private void watch() {
            ConnectivityState now = channel.getState(false);
            if (now == ConnectivityState.READY) {
                timesConnected.incrementAndGet();
            }
            if (now != ConnectivityState.SHUTDOWN) {
                channel.notifyWhenStateChanged(now, this::watch);
            }
        }
    }

    /**
     * @param clusterName the one that other instances have, too ({@code server.cluster-name})
     * @throws IllegalArgumentException where a TLS file cannot be used
     */
    public Connections(ConnectionsConfig config, String clusterName) {
        this.config = config;
        this.clusterName = clusterName;
        this.tls = config.tls() ? tls(config) : null;
        this.reconnects.scheduleWithFixedDelay(this::reconnect, RECONNECT_MS, RECONNECT_MS, TimeUnit.MILLISECONDS);
    }

    /** gRPC's own pauses between attempts grow to two minutes; a restarted instance counts as a copy again at once. */
    private synchronized void reconnect() {
        for (Shared shared : byAddress.values()) {
            ConnectivityState state = shared.channel.getState(shared.users > 0);
            if (state == ConnectivityState.TRANSIENT_FAILURE) {
                shared.channel.resetConnectBackoff();
            }
        }
    }

    private static SslContext tls(ConnectionsConfig config) {
        try {
            SslContextBuilder builder = GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK);
            if (!config.tlsCaPath().isEmpty()) {
                builder.trustManager(new File(config.tlsCaPath()));
            }
            if (!config.tlsCertPath().isEmpty()) {
                builder.keyManager(new File(config.tlsCertPath()), new File(config.tlsKeyPath()));
            }
            return builder.build();
        } catch (SSLException | IllegalArgumentException e) {
            throw new IllegalArgumentException("cannot use a TLS file (grpc-client.tls-…): " + e.getMessage(), e);
        }
    }

    /** @param address host and port: {@code 10.0.0.7:9095}, {@code [::1]:9095} */
    public IngesterClient ingester(String address) {
        return new IngesterClient(peer("ingester", address), config);
    }

    /** @param address as of {@link #ingester} */
    public StoreGatewayClient storeGateway(String address) {
        return new StoreGatewayClient(peer("store-gateway", address));
    }

    private synchronized Peer peer(String role, String address) {
        Shared shared = byAddress.computeIfAbsent(address, this::connect);
        shared.users++;
        return new Peer(
                role, address, shared.channel, config, shared.timesConnected::get, () -> leave(address, shared));
    }

    private Shared connect(String address) {
        NettyChannelBuilder builder = NettyChannelBuilder.forTarget("dns:///" + address)
                .directExecutor() // listeners only hand over what came
                .disableRetry() // who calls knows another owner; and retries keep a copy of what is sent
                .maxInboundMessageSize(config.maxMessageBytes())
                .keepAliveTime(config.keepAliveTime().toMillis(), TimeUnit.MILLISECONDS)
                .keepAliveTimeout(config.keepAliveTimeout().toMillis(), TimeUnit.MILLISECONDS)
                .userAgent("engram")
                .intercept(ClusterHeader.adding(clusterName));
        if (tls == null) {
            builder.usePlaintext();
        } else {
            builder.sslContext(tls);
            if (!config.tlsServerName().isEmpty()) {
                builder.overrideAuthority(config.tlsServerName());
            }
        }
        return new Shared(builder.build());
    }

    private void leave(String address, Shared shared) {
        synchronized (this) {
            if (--shared.users > 0) {
                return;
            }
            byAddress.remove(address, shared);
        }
        shared.channel.shutdown(); // what is in flight goes on, until its deadline
    }

    /** How many there are. */
    synchronized int size() {
        return byAddress.size();
    }

    /** Cuts off all calls. */
    @Override
    public void close() {
        reconnects.shutdownNow();
        synchronized (this) {
            byAddress.values().forEach(shared -> shared.channel.shutdownNow());
            byAddress.clear();
        }
    }
}
