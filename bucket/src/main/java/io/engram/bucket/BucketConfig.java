package io.engram.bucket;

import io.engram.model.config.Check;
import io.engram.model.config.Section;
import io.engram.model.config.Setting;
import java.net.URI;
import java.time.Duration;

/** Which object store holds the blocks, and how it is reached. */
@Section("bucket")
public record BucketConfig(
        @Setting(value = "filesystem", doc = "Where blocks are stored: in a folder (filesystem) or in S3 (s3).")
        Backend backend,

        @Setting(
                value = "",
                key = "filesystem.dir",
                doc =
                        "Folder of the file system backend; empty: bucket in data.dir. Processes of one machine may share it.")
        String filesystemDir,

        @Setting(
                value = "1h",
                doc = "Queries of a tenant fail where the index of its blocks is older; 0 takes any age.")
        Duration indexMaxAge,

        @Setting(value = "", key = "s3.endpoint", doc = "URL of the S3 server; empty: that of AWS for the region.")
        String s3Endpoint,

        @Setting(value = "", key = "s3.bucket", doc = "Name of the bucket; it must exist.")
        String s3Bucket,

        @Setting(value = "us-east-1", key = "s3.region", doc = "Region, also part of the signature for other servers.")
        String s3Region,

        @Setting(
                value = "",
                key = "s3.access-key-id",
                doc = "Access key; empty: AWS' default chain (environment, profile, web identity, instance role).")
        String s3AccessKeyId,

        @Setting(
                value = "",
                key = "s3.secret-access-key",
                secret = true,
                doc = "Secret of the access key; rather give it by environment variable or file.")
        String s3SecretAccessKey,

        @Setting(
                value = "",
                key = "s3.secret-access-key-path",
                doc = "File whose first line is the secret of the access key.")
        String s3SecretAccessKeyPath,

        @Setting(
                value = "false",
                key = "s3.path-style",
                doc =
                        "Name the bucket in the path instead of the host, as MinIO and most servers other than AWS' need.")
        boolean s3PathStyle,

        @Setting(
                value = "none",
                key = "s3.sse",
                doc = "Encryption at the server: none (what the bucket does by itself), sse-s3 or sse-kms.")
        Encryption s3Sse,

        @Setting(value = "", key = "s3.sse-kms-key-id", doc = "Key for sse-kms; empty: the account's own.")
        String s3SseKmsKeyId,

        @Setting(
                value = "when-supported",
                key = "s3.checksums",
                doc = "CRC32 with every upload and its check after every whole read (when-supported), or only where the"
                        + " protocol asks for one (when-required), for servers that refuse trailers.")
        Checksums s3Checksums,

        @Setting(
                value = "16MiB",
                key = "s3.part-size",
                doc = "Files that are bigger are uploaded in parts of this size, at least 5MiB.")
        long s3PartSizeBytes,

        @Setting(value = "200", key = "s3.max-connections", doc = "Connections at a time; more requests wait for one.")
        int s3MaxConnections,

        @Setting(value = "5s", key = "s3.connect-timeout", doc = "How long a connection may take to be made.")
        Duration s3ConnectTimeout,

        @Setting(
                value = "1m",
                key = "s3.request-timeout",
                doc = "How long one attempt of a request may take, its body included.")
        Duration s3RequestTimeout,

        @Setting(
                value = "5",
                key = "s3.max-attempts",
                doc = "How often a request is tried before it fails, the first time included.")
        int s3MaxAttempts,

        @Setting(
                value = "100ms",
                key = "s3.retry-delay",
                doc =
                        "Up to so long before the second attempt; doubles with each one, up to 20s, at random below that.")
        Duration s3RetryDelay,

        @Setting(
                value = "",
                key = "s3.tls-ca-path",
                doc = "PEM file of the authorities that may sign the server's certificate; empty: those of Java.")
        String s3TlsCaPath,

        @Setting(
                value = "",
                key = "s3.proxy-url",
                doc = "HTTP proxy; empty: what HTTPS_PROXY, HTTP_PROXY and NO_PROXY say.")
        String s3ProxyUrl) {

    /** Which store. */
    public enum Backend {
        FILESYSTEM,
        S3
    }

    /** What the server encrypts objects with. */
    public enum Encryption {
        NONE,
        SSE_S3,
        SSE_KMS
    }

    /** When checksums are sent and checked. */
    public enum Checksums {
        WHEN_SUPPORTED,
        WHEN_REQUIRED
    }

    private static final long MIN_PART_BYTES = 5 << 20;
    private static final long MAX_PART_BYTES = 1 << 30;

    public BucketConfig {
        Check.atLeastZero("bucket.index-max-age", indexMaxAge);
        boolean s3 = backend == Backend.S3;
        Check.that(!s3 || !s3Bucket.isEmpty(), "bucket.s3.bucket must be set where bucket.backend is s3");
        Check.that(!s3 || !s3Region.isEmpty(), "bucket.s3.region must be set where bucket.backend is s3");
        checkUrl("bucket.s3.endpoint", s3Endpoint);
        checkUrl("bucket.s3.proxy-url", s3ProxyUrl);
        Check.that(
                s3SecretAccessKey.isEmpty() || s3SecretAccessKeyPath.isEmpty(),
                "bucket.s3.secret-access-key and bucket.s3.secret-access-key-path exclude each other");
        boolean secret = !s3SecretAccessKey.isEmpty() || !s3SecretAccessKeyPath.isEmpty();
        Check.that(
                s3AccessKeyId.isEmpty() != secret,
                "bucket.s3.access-key-id needs a bucket.s3.secret-access-key or bucket.s3.secret-access-key-path, and they it");
        Check.that(
                s3SseKmsKeyId.isEmpty() || s3Sse == Encryption.SSE_KMS,
                "bucket.s3.sse-kms-key-id needs bucket.s3.sse to be sse-kms");
        Check.that(
                s3PartSizeBytes >= MIN_PART_BYTES && s3PartSizeBytes <= MAX_PART_BYTES,
                "bucket.s3.part-size must be from 5MiB to 1GiB");
        Check.aboveZero("bucket.s3.max-connections", s3MaxConnections);
        Check.aboveZero("bucket.s3.connect-timeout", s3ConnectTimeout);
        Check.aboveZero("bucket.s3.request-timeout", s3RequestTimeout);
        Check.aboveZero("bucket.s3.max-attempts", s3MaxAttempts);
        Check.aboveZero("bucket.s3.retry-delay", s3RetryDelay);
    }

    private static void checkUrl(String key, String text) {
        if (text.isEmpty()) {
            return;
        }
        boolean good = false;
        try {
            URI url = URI.create(text);
            good = ("http".equals(url.getScheme()) || "https".equals(url.getScheme())) && url.getHost() != null;
        } catch (IllegalArgumentException _) {
            // said below
        }
        Check.that(good, key + " must be a URL such as https://s3.example.com:9000");
    }

    /** Without the secret: records end up in messages. */
    @Override
    public String toString() {
        return "BucketConfig[" + backend + ", " + (backend == Backend.S3 ? s3Endpoint + " " + s3Bucket : filesystemDir)
                + "]";
    }
}
