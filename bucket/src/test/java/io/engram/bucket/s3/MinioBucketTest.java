package io.engram.bucket.s3;

import io.engram.bucket.BucketConfig;
import io.engram.bucket.testing.BucketConfigs;
import org.testcontainers.containers.MinIOContainer;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

/** Against a server that checks signatures; skipped where there is no Docker. */
@Testcontainers(disabledWithoutDocker = true)
class MinioBucketTest extends ServerContract {
    @Container
    private static final MinIOContainer MINIO = new MinIOContainer("minio/minio:RELEASE.2025-04-22T22-12-26Z");

    @Override
    BucketConfig config(String bucketName) {
        return BucketConfigs.s3(MINIO.getS3URL(), bucketName, MINIO.getUserName(), MINIO.getPassword());
    }
}
