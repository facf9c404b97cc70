package io.engram.bucket.s3;

import io.engram.bucket.Bucket;
import io.engram.bucket.BucketContract;
import io.engram.bucket.ObjectInfo;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** The contract over a server that several tests share. */
abstract class ServerContract extends BucketContract {
    private S3Bucket bucket;

    abstract S3Bucket open() throws IOException;

    @BeforeEach
    void empty() throws IOException {
        bucket = open();
        List<String> keys = new ArrayList<>();
        bucket.list("", Bucket.Depth.ALL, page -> {
            page.objects().stream().map(ObjectInfo::key).forEach(keys::add);
            return true;
        });
        for (String key : keys) {
            bucket.delete(key);
        }
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
