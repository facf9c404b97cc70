package io.engram.server;

import io.engram.model.config.Check;
import io.engram.model.config.Section;
import io.engram.model.config.Setting;
import java.time.Duration;

/** How the HTTP port behaves: where it listens and what it puts up with. */
@Section("server")
public record ServerConfig(
        @Setting(value = "9009", doc = "Port of the HTTP API; 0 takes a free one.")
        int httpPort,

        @Setting(
                value = "",
                doc = "Address to listen on. Empty is 127.0.0.1 where everything runs in one process (target all), and"
                        + " all interfaces otherwise or where callers must say who they are (server.auth-file, or"
                        + " server.http-tls-client-auth=require).")
        String bindAddress,

        @Setting(
                value = "64MiB",
                doc = "Bytes that the body of any request may have, as sent; more is answered with 413.")
        long maxRequestBytes,

        @Setting(value = "2MiB", doc = "Bytes that a form may have: the parameters of a query that is sent with POST.")
        int maxFormBytes,

        @Setting(
                value = "64KiB",
                doc =
                        "Bytes that a request line and its headers may have together: the size of a query that is sent with GET.")
        int maxHeaderBytes,

        @Setting(
                value = "1000",
                doc = "Requests served at a time; more are answered with 503 and Retry-After. Health and metrics do not"
                        + " count.")
        int maxConcurrentRequests,

        @Setting(value = "10000", doc = "Open connections; while there are so many, no further one is accepted.")
        int maxConnections,

        @Setting(
                value = "10s",
                doc = "Within what time the headers of a request, or a TLS handshake, must be complete.")
        Duration headerTimeout,

        @Setting(value = "5m", doc = "After what time without traffic a connection is closed.")
        Duration idleTimeout,

        @Setting(
                value = "10s",
                doc = "How long a body may take before server.min-body-rate-bytes is asked of it; nothing longer than"
                        + " this passes between two parts of a body.")
        Duration bodyGracePeriod,

        @Setting(
                value = "100",
                doc = "Bytes per second at which a body must come at least; slower is answered with 408.")
        int minBodyRateBytes,

        @Setting(
                value = "",
                doc = "Origin whose web pages may call the API from a browser, or * for all; empty allows none but the"
                        + " server's own.")
        String corsOrigin,

        @Setting(value = "1KiB", doc = "Answers shorter than this are not compressed.")
        int minCompressBytes,

        @Setting(
                value = "0s",
                doc = "How long the server goes on serving after it was told to stop, while /ready already says no: the"
                        + " time that a load balancer needs to notice.")
        Duration shutdownDelay,

        @Setting(value = "30s", doc = "How long requests in flight may take to finish once the server stops.")
        Duration shutdownTimeout,

        @Setting(
                value = "",
                doc = "YAML file with users, their hashed tokens and passwords, tenants and roles; read again when it"
                        + " changes. Empty trusts the header X-Scope-OrgID of everybody.")
        String authFile,

        @Setting(value = "10s", doc = "How often server.auth-file is looked at for changes.")
        Duration authReloadInterval,

        @Setting(
                value = "20",
                doc = "Failed logins a minute from one address (IPv6: one /64) for one user name; ten times as many for"
                        + " all names together. Passwords are answered with 429 beyond that; right tokens always pass.")
        int authMaxFailuresPerMinute,

        @Setting(
                value = "",
                doc = "File with the certificate chain (PEM), or with chain and key (PKCS12, ending in .p12 or .pfx)."
                        + " Empty serves without TLS.")
        String httpTlsCertPath,

        @Setting(
                value = "",
                doc = "File with the private key in PKCS#8 (PEM); empty where the certificate file has it.")
        String httpTlsKeyPath,

        @Setting(value = "", doc = "File with the password of a PKCS12 file; empty for none.")
        String httpTlsPasswordPath,

        @Setting(value = "", doc = "File with the certificates (PEM) of those who may sign client certificates.")
        String httpTlsClientCaPath,

        @Setting(
                value = "none",
                doc = "Whether clients show a certificate: none, request (checked where shown) or require.")
        ClientAuth httpTlsClientAuth) {

    /** Whether clients show a certificate. */
    public enum ClientAuth {
        NONE,
        REQUEST,
        REQUIRE
    }

    public ServerConfig {
        Check.that(httpPort >= 0 && httpPort <= 65_535, "server.http-port must be within 0 and 65535");
        Check.aboveZero("server.max-request-bytes", maxRequestBytes);
        Check.aboveZero("server.max-form-bytes", maxFormBytes);
        Check.that(maxHeaderBytes >= 1024, "server.max-header-bytes must be at least 1KiB");
        Check.aboveZero("server.max-concurrent-requests", maxConcurrentRequests);
        Check.aboveZero("server.max-connections", maxConnections);
        Check.aboveZero("server.header-timeout", headerTimeout);
        Check.aboveZero("server.idle-timeout", idleTimeout);
        Check.aboveZero("server.body-grace-period", bodyGracePeriod);
        Check.aboveZero("server.min-body-rate-bytes", minBodyRateBytes);
        Check.atLeastZero("server.min-compress-bytes", minCompressBytes);
        Check.atLeastZero("server.shutdown-delay", shutdownDelay);
        Check.atLeastZero("server.shutdown-timeout", shutdownTimeout);
        Check.that(
                authReloadInterval.compareTo(Duration.ofMillis(10)) >= 0,
                "server.auth-reload-interval must be at least 10ms");
        Check.aboveZero("server.auth-max-failures-per-minute", authMaxFailuresPerMinute);
        Check.that(
                !httpTlsCertPath.isEmpty() || httpTlsKeyPath.isEmpty(),
                "server.http-tls-key-path is set, so server.http-tls-cert-path must be set too");
        Check.that(
                !httpTlsCertPath.isEmpty() || httpTlsClientAuth == ClientAuth.NONE,
                "server.http-tls-client-auth asks for certificates, so server.http-tls-cert-path must be set");
        Check.that(
                httpTlsClientAuth == ClientAuth.NONE || !httpTlsClientCaPath.isEmpty(),
                "server.http-tls-client-auth asks for certificates, so server.http-tls-client-ca-path must be set");
    }

    /** The same, listening on {@code address} where the configuration does not name one. */
    public ServerConfig orListeningOn(String address) {
        return new ServerConfig(
                httpPort,
                bindAddress.isEmpty() ? address : bindAddress,
                maxRequestBytes,
                maxFormBytes,
                maxHeaderBytes,
                maxConcurrentRequests,
                maxConnections,
                headerTimeout,
                idleTimeout,
                bodyGracePeriod,
                minBodyRateBytes,
                corsOrigin,
                minCompressBytes,
                shutdownDelay,
                shutdownTimeout,
                authFile,
                authReloadInterval,
                authMaxFailuresPerMinute,
                httpTlsCertPath,
                httpTlsKeyPath,
                httpTlsPasswordPath,
                httpTlsClientCaPath,
                httpTlsClientAuth);
    }

    /** The address that is listened on. */
    public String listenAddress() {
        boolean authenticates = !authFile.isEmpty() || httpTlsClientAuth == ClientAuth.REQUIRE;
        return !bindAddress.isEmpty() ? bindAddress : authenticates ? "0.0.0.0" : "127.0.0.1";
    }

    /** Whether the port speaks TLS. */
    public boolean tls() {
        return !httpTlsCertPath.isEmpty();
    }
}
