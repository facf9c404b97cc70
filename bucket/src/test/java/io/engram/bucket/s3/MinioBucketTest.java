package io.engram.bucket.s3;

import io.engram.bucket.BucketConfig.Checksums;
import io.engram.bucket.testing.BucketConfigs;
import java.io.IOException;
import org.junit.jupiter.api.BeforeAll;
import org.testcontainers.containers.MinIOContainer;
import org.testcontainers.junit.jupiter.Container;
import org.testcontainers.junit.jupiter.Testcontainers;

/** Against a server that checks signatures; skipped where there is no Docker. */
@Testcontainers(disabledWithoutDocker = true)
class MinioBucketTest extends ServerContract {
    @Container
    private static final MinIOContainer MINIO = new MinIOContainer("minio/minio:RELEASE.2025-04-22T22-12-26Z");

    @BeforeAll
    static void makeBucket() throws IOException {
        try (var client = S3Clients.create(BucketConfigs.s3(
                MINIO.getS3URL(), "blocks", MINIO.getUserName(), MINIO.getPassword(), Checksums.WHEN_REQUIRED))) {
            client.createBucket(request -> request.bucket("blocks"));
        }
    }

    @Override
    S3Bucket open() throws IOException {
        return S3Bucket.open(BucketConfigs.s3(MINIO.getS3URL(), "blocks", MINIO.getUserName(), MINIO.getPassword()));
    }
}
