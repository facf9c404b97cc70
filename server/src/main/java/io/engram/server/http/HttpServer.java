package io.engram.server.http;

import io.engram.model.time.Clock;
import io.engram.server.AuthConfig;
import io.engram.server.ServerConfig;
import io.engram.server.auth.Authenticator;
import io.engram.server.metrics.Metrics;
import io.engram.server.tenant.TenantResolver;
import java.io.IOException;
import java.nio.channels.UnresolvedAddressException;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.eclipse.jetty.alpn.server.ALPNServerConnectionFactory;
import org.eclipse.jetty.compression.gzip.GzipCompression;
import org.eclipse.jetty.compression.server.CompressionConfig;
import org.eclipse.jetty.compression.server.CompressionHandler;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.http2.server.HTTP2CServerConnectionFactory;
import org.eclipse.jetty.http2.server.HTTP2ServerConnectionFactory;
import org.eclipse.jetty.io.ArrayByteBufferPool;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.NetworkConnectionLimit;
import org.eclipse.jetty.server.SecureRequestCustomizer;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.SslConnectionFactory;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.server.handler.SizeLimitHandler;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The HTTP port: HTTP/1.1 and HTTP/2 on one socket (h2c by prior knowledge or upgrade; with TLS by ALPN). A request
 * passes a chain of handlers: graceful stop, limit on sizes, compression of answers, routes. Endpoints run on virtual
 * threads, one per request.
 */
public final class HttpServer {
    /** Bodies of up to 4 MiB are read through pooled buffers; Jetty's own default pools nothing above 64 KiB. */
    private static final int MAX_POOLED_BYTES = 4 << 20;

    private static final Logger LOG = LoggerFactory.getLogger(HttpServer.class);

    private final ServerConfig config;
    private final Server server;
    private final ServerConnector connector;
    /** Null where the header is trusted. */
    private final Authenticator users;

    /** A server that serves from its start on. */
    public HttpServer(ServerConfig config, AuthConfig auth, RouteTable routes, Metrics metrics) {
        this(config, auth, routes, metrics, () -> null);
    }

    /**
     * Binds nothing yet. {@code routes} must be complete when {@link #start} is called.
     *
     * @param awaited says what the start of the process still waits for, null once tenants' requests can be served;
     *     until then they are answered with 503
     * @throws IllegalArgumentException where {@code server.auth-file} or a TLS file cannot be used
     */
    public HttpServer(
            ServerConfig config, AuthConfig auth, RouteTable routes, Metrics metrics, Supplier<String> awaited) {
        this.config = config;
        QueuedThreadPool threads =
                new QueuedThreadPool(Math.max(16, 4 * Runtime.getRuntime().availableProcessors()), 4);
        threads.setName("http");
        threads.setVirtualThreadsExecutor(Executors.newThreadPerTaskExecutor(
                Thread.ofVirtual().name("http-request-", 0).factory()));
        this.server = new Server(threads, null, new ArrayByteBufferPool(0, 65536, MAX_POOLED_BYTES));
        this.connector = new ServerConnector(server, 1, -1, protocols());
        connector.setHost(config.listenAddress());
        connector.setPort(config.httpPort());
        connector.setIdleTimeout(config.idleTimeout().toMillis());
        connector.setShutdownIdleTimeout(1_000);
        connector.addBean(new HeaderDeadline(config.headerTimeout()));
        server.addConnector(connector);
        server.addBean(new NetworkConnectionLimit(config.maxConnections(), connector));
        server.setErrorHandler(new PlainErrorHandler(routes));
        server.setStopTimeout(config.shutdownTimeout().toMillis());
        TenantResolver tenants = new TenantResolver(auth);
        this.users = config.authFile().isEmpty() ? null : new Authenticator(config, tenants, Clock.system(), metrics);
        AccessCheck access = new AccessCheck(tenants, users);
        server.setHandler(chain(new RouteHandler(config, access, routes, new RequestMetrics(metrics), awaited)));
        metrics.gauge("engram_server_connections", "Open connections.", () -> connector
                .getConnectedEndPoints()
                .size());
    }

    private Handler chain(RouteHandler routes) {
        return new GracefulHandler(wrap(new SizeLimitHandler(config.maxRequestBytes(), -1), compression(routes)));
    }

    private static Handler.Wrapper wrap(Handler.Wrapper outer, Handler inner) {
        outer.setHandler(inner);
        return outer;
    }

    private Handler compression(Handler inner) {
        GzipCompression gzip = new GzipCompression();
        gzip.setMinCompressSize(config.minCompressBytes());
        CompressionHandler handler = new CompressionHandler(inner);
        handler.putCompression(gzip);
        // Bodies of requests are left as they are: endpoints decide which encodings they take.
        CompressionConfig answersOnly = CompressionConfig.builder()
                .compressIncludeMethod("GET")
                .compressIncludeMethod("POST")
                .decompressExcludePath("/*")
                .build();
        handler.putConfiguration("/*", answersOnly);
        return handler;
    }

    private ConnectionFactory[] protocols() {
        HttpConfiguration http = new HttpConfiguration();
        http.setSendServerVersion(false);
        http.setSendXPoweredBy(false);
        http.setRequestHeaderSize(config.maxHeaderBytes());
        // Paths are routed by their raw segments and never become file names: label values may hold anything.
        http.setUriCompliance(UriCompliance.UNSAFE);
        HttpConnectionFactory http1 = new HttpConnectionFactory(http);
        if (!config.tls()) {
            return new ConnectionFactory[] {http1, new HTTP2CServerConnectionFactory(http)};
        }
        http.addCustomizer(new SecureRequestCustomizer(false));
        ALPNServerConnectionFactory alpn = new ALPNServerConnectionFactory();
        alpn.setDefaultProtocol(http1.getProtocol());
        SslContextFactory.Server tls = Tls.contextFactory(config);
        return new ConnectionFactory[] {
            new SslConnectionFactory(tls, alpn.getProtocol()), alpn, new HTTP2ServerConnectionFactory(http), http1
        };
    }

    /** Listens from now on. @throws IOException where the address cannot be bound */
    public void start() throws IOException {
        if (users != null) {
            users.start();
            warnOfPlainText();
        }
        try {
            server.start();
        } catch (IOException e) {
            throw new IOException(
                    "cannot listen on " + connector.getHost() + ":" + connector.getPort()
                            + " (server.bind-address, server.http-port): " + reason(e),
                    e);
        } catch (Exception e) {
            throw new IllegalStateException("start the HTTP server", e);
        }
    }

    private void warnOfPlainText() {
        if (!config.tls() && !connector.getHost().startsWith("127.")) {
            LOG.atWarn()
                    .addKeyValue("address", connector.getHost())
                    .log("credentials come unencrypted: set server.http-tls-cert-path, or let a proxy in front do TLS"
                            + " and set server.bind-address to where only it can connect");
        }
    }

    /** Jetty names the address, its cause says what is wrong with it. */
    private static String reason(IOException e) {
        return e.getCause() instanceof UnresolvedAddressException
                ? "no such host"
                : e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
    }

    /** The port that is listened on; after {@link #start}. */
    public int port() {
        return connector.getLocalPort();
    }

    /**
     * Refuses new requests, lets those in flight finish within {@code server.shutdown-timeout}, closes the port. What
     * does not finish is cut off and logged: whoever stops goes on.
     */
    public void stop() {
        try (Http2Drain _ = Http2Drain.begin(connector, config.shutdownTimeout().toMillis())) {
            server.stop();
        } catch (Exception e) {
            LOG.atWarn()
                    .addKeyValue("error", e)
                    .log("requests in flight did not finish within server.shutdown-timeout and were cut off");
        } finally {
            if (users != null) {
                users.close();
            }
        }
    }
}
