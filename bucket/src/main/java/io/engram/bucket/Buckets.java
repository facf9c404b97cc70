package io.engram.bucket;

import io.engram.bucket.s3.S3Bucket;
import java.io.IOException;
import java.nio.file.Path;

/** Opens the bucket that the configuration names. */
public final class Buckets {
    private Buckets() {}

    /**
     * @param dataDir of the process; the file system backend lies below it unless it has a folder of its own
     * @param observer is told of every call
     * @throws IOException where a folder cannot be made or written to, or a file that the configuration names not be read;
     *     whether an S3 server answers is not tried
     */
    public static Bucket open(BucketConfig config, Path dataDir, RequestObserver observer) throws IOException {
        Bucket bucket =
                switch (config.backend()) {
                    case FILESYSTEM ->
                        FilesystemBucket.open(
                                config.filesystemDir().isEmpty()
                                        ? dataDir.resolve("bucket")
                                        : Path.of(config.filesystemDir()));
                    case S3 -> S3Bucket.open(config);
                };
        return new MeteredBucket(bucket, observer);
    }
}
