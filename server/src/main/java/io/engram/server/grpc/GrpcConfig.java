package io.engram.server.grpc;

import io.engram.model.config.Check;
import io.engram.model.config.Section;
import io.engram.model.config.Setting;
import java.time.Duration;

/** How the port for calls of other instances behaves. */
@Section("server")
public record GrpcConfig(
        @Setting(value = "9095", doc = "Port for calls of other instances of the cluster; 0 takes a free one.")
        int grpcPort,

        @Setting(
                value = "",
                doc = "Name of the cluster. Instances refuse calls of those with another name, so that clusters whose"
                        + " addresses are mixed up do not mix their data.")
        String clusterName,

        @Setting(value = "64MiB", doc = "Bytes that a message of another instance may have; more is refused.")
        int grpcMaxMessageBytes,

        @Setting(
                value = "2000",
                doc = "Calls of other instances served at a time; more are refused, and the callers ask another copy.")
        int grpcMaxInflightRequests,

        @Setting(
                value = "none",
                doc = "How answers to other instances are compressed, where they can read it: none or gzip.")
        Compression grpcCompression,

        @Setting(value = "20s", doc = "After what time without a sign of life a connection is asked for one.")
        Duration grpcKeepAliveTime,

        @Setting(value = "5s", doc = "How long a connection may take to give that sign before it is cut.")
        Duration grpcKeepAliveTimeout,

        @Setting(
                value = "",
                doc =
                        "File with the certificate chain (PEM) of the port for other instances; empty serves without TLS.")
        String grpcTlsCertPath,

        @Setting(value = "", doc = "File with its private key in PKCS#8 (PEM).")
        String grpcTlsKeyPath,

        @Setting(
                value = "",
                doc =
                        "File with the certificates (PEM) of those who may sign other instances' certificates. Where it is"
                                + " set, callers without such a certificate are refused.")
        String grpcTlsClientCaPath) {

    /** Of answers. */
    public enum Compression {
        NONE,
        GZIP
    }

    public GrpcConfig {
        Check.that(grpcPort >= 0 && grpcPort <= 65_535, "server.grpc-port must be within 0 and 65535");
        Check.that(
                clusterName.chars().allMatch(c -> c > ' ' && c < 0x7F),
                "server.cluster-name must be of printable ASCII characters without spaces");
        Check.that(grpcMaxMessageBytes >= 4 << 20, "server.grpc-max-message-bytes must be at least 4MiB");
        Check.aboveZero("server.grpc-max-inflight-requests", grpcMaxInflightRequests);
        Check.aboveZero("server.grpc-keep-alive-time", grpcKeepAliveTime);
        Check.aboveZero("server.grpc-keep-alive-timeout", grpcKeepAliveTimeout);
        Check.that(
                grpcTlsCertPath.isEmpty() == grpcTlsKeyPath.isEmpty(),
                "server.grpc-tls-cert-path and server.grpc-tls-key-path must be set together");
        Check.that(
                grpcTlsClientCaPath.isEmpty() || !grpcTlsCertPath.isEmpty(),
                "server.grpc-tls-client-ca-path asks for certificates, so server.grpc-tls-cert-path must be set");
    }

    /** Whether the port speaks TLS. */
    public boolean tls() {
        return !grpcTlsCertPath.isEmpty();
    }
}
