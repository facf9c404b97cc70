package io.engram.bucket.testing;

import io.engram.bucket.BucketConfig;
import io.engram.bucket.BucketConfig.Backend;
import io.engram.bucket.BucketConfig.Checksums;
import io.engram.bucket.BucketConfig.Encryption;
import java.nio.file.Path;
import java.time.Duration;

/** Configurations of buckets for tests. */
public final class BucketConfigs {
    private BucketConfigs() {}

    public static BucketConfig filesystem(Path folder) {
        return config(Backend.FILESYSTEM, folder.toString(), "", "", "", "", Checksums.WHEN_SUPPORTED);
    }

    /** With path style, parts of 5 MiB, and 1 ms before a second attempt. */
    public static BucketConfig s3(String endpoint, String bucket, String accessKeyId, String secret) {
        return s3(endpoint, bucket, accessKeyId, secret, Checksums.WHEN_SUPPORTED);
    }

    public static BucketConfig s3(
            String endpoint, String bucket, String accessKeyId, String secret, Checksums checksums) {
        return config(Backend.S3, "", endpoint, bucket, accessKeyId, secret, checksums);
    }

    private static BucketConfig config(
            Backend backend,
            String folder,
            String endpoint,
            String bucket,
            String accessKeyId,
            String secret,
            Checksums checksums) {
        return new BucketConfig(
                backend,
                folder,
                Duration.ofHours(1),
                endpoint,
                bucket,
                "us-east-1",
                accessKeyId,
                secret,
                "",
                true,
                Encryption.NONE,
                "",
                checksums,
                5 << 20,
                64,
                Duration.ofSeconds(5),
                Duration.ofSeconds(30),
                5,
                Duration.ofMillis(1),
                "",
                "");
    }
}
