package io.engram.bucket.s3;

import io.engram.bucket.Bucket;
import io.engram.bucket.BucketConfig;
import io.engram.bucket.BucketContract;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import software.amazon.awssdk.services.s3.S3Client;

/** The contract over a server that tests share; each has a bucket of its own. */
abstract class ServerContract extends BucketContract {
    private S3Bucket bucket;

    /** Of the server. */
    abstract BucketConfig config(String bucketName);

    @BeforeEach
    void openNewBucket() throws IOException {
        BucketConfig config = config("blocks-" + UUID.randomUUID());
        try (S3Client client = S3Clients.create(config)) {
            client.createBucket(request -> request.bucket(config.s3Bucket()));
        }
        bucket = S3Bucket.open(config);
    }

    /** Many at a time: each takes its time over there. */
    @Override
    protected void fill(List<String> keys) throws IOException {
        try (ExecutorService threads =
                Executors.newFixedThreadPool(16, Thread.ofVirtual().factory())) {
            List<Future<Void>> puts = new ArrayList<>();
            for (String key : keys) {
                puts.add(threads.submit(() -> {
                    bucket.put(key, bytes(1));
                    return null;
                }));
            }
            threads.shutdown();
            for (Future<Void> put : puts) {
                put.get();
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IOException("fill the bucket", e);
        }
    }

    @AfterEach
    void closeBucket() {
        bucket.close();
    }

    @Override
    protected Bucket bucket() {
        return bucket;
    }
}
