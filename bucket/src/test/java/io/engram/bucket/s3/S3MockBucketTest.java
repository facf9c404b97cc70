package io.engram.bucket.s3;

import io.engram.bucket.BucketConfig;
import io.engram.bucket.testing.BucketConfigs;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** Against a server that others wrote; skipped where the build could not fetch it. */
class S3MockBucketTest extends ServerContract {
    @TempDir
    static Path folder;

    private static S3MockProcess server;

    @BeforeAll
    static void start() throws IOException {
        Assumptions.assumeTrue(Files.exists(S3MockProcess.jar()), () -> S3MockProcess.jar() + " is not there");
        server = S3MockProcess.start(folder);
    }

    @AfterAll
    static void stop() throws InterruptedException {
        if (server != null) {
            server.stop();
        }
    }

    /** S3Mock 5.2.0 compares first and writes then: of two puts at a time that match, both succeed. */
    @Override
    protected boolean putsConditionsAtomically() {
        return false;
    }

    @Override
    BucketConfig config(String bucketName) {
        return BucketConfigs.s3(server.endpoint(), bucketName, "key", "secret");
    }
}
