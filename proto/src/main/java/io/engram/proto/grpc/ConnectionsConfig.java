package io.engram.proto.grpc;

import io.engram.model.config.Check;
import io.engram.model.config.Section;
import io.engram.model.config.Setting;
import java.time.Duration;

/** How this instance calls others. */
@Section("grpc-client")
public record ConnectionsConfig(
        @Setting(value = "10s", doc = "How long an ingester may take to store what it is sent.")
        Duration pushTimeout,

        @Setting(value = "2m", doc = "How long a read from another instance may take, from its first to its last byte.")
        Duration readTimeout,

        @Setting(
                value = "64MiB",
                doc = "Bytes that may be on their way to one ingester; more writes to it fail at once, as they would if"
                        + " it were down.")
        long maxInflightPushBytes,

        @Setting(
                value = "64MiB",
                doc = "Memory, for each ingester, to remember which series it knows, 16 bytes for each; what is not"
                        + " remembered is sent with all its labels.")
        long knownSeriesBytes,

        @Setting(value = "64MiB", doc = "Bytes that one message from another instance may have.")
        int maxMessageBytes,

        @Setting(value = "20s", doc = "After what time without a sign of life a connection in use is asked for one.")
        Duration keepAliveTime,

        @Setting(value = "5s", doc = "How long a connection may take to give that sign before it is given up.")
        Duration keepAliveTimeout,

        @Setting(
                value = "none",
                doc =
                        "How requests to other instances are compressed: none or gzip. Frames of samples are compact already;"
                                + " gzip pays where traffic between zones is dear.")
        Compression compression,

        @Setting(value = "false", doc = "Whether other instances are called with TLS.")
        boolean tls,

        @Setting(
                value = "",
                doc =
                        "File with the certificates (PEM) of those who may sign other instances' certificates; empty trusts"
                                + " those that Java trusts.")
        String tlsCaPath,

        @Setting(
                value = "",
                doc = "File with the certificate chain (PEM) that this instance shows to others; empty for none.")
        String tlsCertPath,

        @Setting(value = "", doc = "File with its private key in PKCS#8 (PEM).")
        String tlsKeyPath,

        @Setting(
                value = "",
                doc = "Name that other instances' certificates must be for; empty is the host of their address.")
        String tlsServerName) {

    /** Of messages between instances. */
    public enum Compression {
        NONE,
        GZIP
    }

    public ConnectionsConfig {
        Check.aboveZero("grpc-client.push-timeout", pushTimeout);
        Check.aboveZero("grpc-client.read-timeout", readTimeout);
        Check.aboveZero("grpc-client.max-inflight-push-bytes", maxInflightPushBytes);
        Check.atLeastZero("grpc-client.known-series-bytes", knownSeriesBytes);
        Check.that(maxMessageBytes >= 4 << 20, "grpc-client.max-message-bytes must be at least 4MiB");
        Check.that(
                keepAliveTime.compareTo(Duration.ofSeconds(10)) >= 0,
                "grpc-client.keep-alive-time must be at least 10s");
        Check.aboveZero("grpc-client.keep-alive-timeout", keepAliveTimeout);
        Check.that(
                tls || (tlsCaPath.isEmpty() && tlsCertPath.isEmpty() && tlsKeyPath.isEmpty()),
                "grpc-client.tls-… names files, so grpc-client.tls must be true");
        Check.that(
                tlsCertPath.isEmpty() == tlsKeyPath.isEmpty(),
                "grpc-client.tls-cert-path and grpc-client.tls-key-path must be set together");
    }
}
