package io.engram.bucket.s3;

import io.engram.bucket.Bucket;
import io.engram.bucket.BucketConfig;
import io.engram.bucket.BucketConfig.Checksums;
import io.engram.bucket.BucketException;
import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.BucketUnavailable.Reason;
import io.engram.bucket.Condition;
import io.engram.bucket.Keys;
import io.engram.bucket.NoSuchObject;
import io.engram.bucket.ObjectInfo;
import io.engram.bucket.Operation;
import io.engram.bucket.StoredObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.ChecksumMode;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;

/**
 * A bucket of S3. Versions are ETags. The SDK tries again by itself; what it cannot know is handled here: that an answer is
 * shorter than the range, and that a conditional put which fails had succeeded before its answer got lost.
 */
public final class S3Bucket implements Bucket {
    private final S3Client client;
    private final String bucket;
    private final Uploads uploads;
    /** Asks for the checksum of a whole object, which the SDK then compares; null does not. */
    private final ChecksumMode checksums;

    S3Bucket(S3Client client, BucketConfig config) {
        this.client = client;
        this.bucket = config.s3Bucket();
        this.uploads = new Uploads(client, config);
        this.checksums = config.s3Checksums() == Checksums.WHEN_SUPPORTED ? ChecksumMode.ENABLED : null;
    }

    /**
     * Does not ask the server yet.
     *
     * @throws IOException where a file that the configuration names cannot be read
     */
    public static S3Bucket open(BucketConfig config) throws IOException {
        return new S3Bucket(S3Clients.create(config), config);
    }

    @Override
    public String name() {
        return "s3://" + bucket;
    }

    @Override
    public void upload(String key, Path file) throws BucketUnavailable {
        Keys.check(key);
        long size;
        try {
            size = Files.size(file);
            if (!Files.isReadable(file) || !Files.isRegularFile(file)) {
                throw new IOException("is not a file that can be read");
            }
        } catch (IOException e) {
            throw new BucketUnavailable(Reason.LOCAL_FILE, Operation.UPLOAD, name(), key, "read " + file + ": " + e, e);
        }
        write(Operation.UPLOAD, key, () -> {
            uploads.upload(key, file, size);
            return null;
        });
    }

    @Override
    public void put(String key, byte[] bytes) throws BucketUnavailable {
        Keys.check(key);
        write(Operation.PUT, key, () -> client.putObject(uploads.request(key).build(), RequestBody.fromBytes(bytes)));
    }

    @Override
    public Optional<String> putIf(Condition condition, String key, byte[] bytes) throws BucketUnavailable {
        Keys.check(key);
        return write(Operation.PUT_IF, key, () -> uploads.putIf(condition, key, bytes));
    }

    @Override
    public ObjectInfo stat(String key) throws NoSuchObject, BucketUnavailable {
        Keys.check(key);
        return read(Operation.STAT, key, () -> {
            HeadObjectResponse head =
                    client.headObject(request -> request.bucket(bucket).key(key));
            return new ObjectInfo(key, head.contentLength(), head.lastModified().toEpochMilli(), head.eTag());
        });
    }

    @Override
    public StoredObject get(String key, int maxBytes) throws NoSuchObject, BucketUnavailable {
        Keys.check(key);
        Body body = read(
                Operation.GET,
                key,
                () -> client.getObject(
                        request -> request.bucket(bucket).key(key).checksumMode(checksums), Body.upTo(maxBytes)));
        if (body.bytes() == null) {
            throw unfit(Operation.GET, key, "has " + body.head().contentLength() + " bytes, may have " + maxBytes);
        }
        return new StoredObject(
                new ObjectInfo(
                        key,
                        body.bytes().length,
                        body.head().lastModified().toEpochMilli(),
                        body.head().eTag()),
                body.bytes());
    }

    @Override
    public byte[] getRange(String key, long offset, int length) throws NoSuchObject, BucketUnavailable {
        Keys.check(key);
        Keys.checkRange(offset, length);
        String range = "bytes=" + offset + "-" + (offset + length - 1);
        Body body = read(
                Operation.GET_RANGE,
                key,
                () -> client.getObject(
                        request -> request.bucket(bucket).key(key).range(range), Body.upTo(length)));
        String expected = "bytes " + offset + "-" + (offset + length - 1) + "/";
        String answered = body.head().contentRange();
        if (body.bytes() == null || answered == null || !answered.startsWith(expected)) {
            throw unfit(Operation.GET_RANGE, key, "asked for " + range + ", was given " + answered);
        }
        return body.bytes();
    }

    private BucketUnavailable unfit(Operation operation, String key, String problem) {
        return new BucketUnavailable(Reason.UNFIT, operation, name(), key, problem, null);
    }

    @Override
    public void list(String prefix, Depth depth, PageConsumer pages) throws BucketUnavailable {
        Keys.checkPrefix(prefix);
        Listing listing = new Listing(client, bucket, prefix, depth);
        boolean goOn = true;
        while (goOn && listing.hasNext()) {
            goOn = pages.accept(write(Operation.LIST, prefix, listing::next));
        }
    }

    @Override
    public void delete(String key) throws BucketUnavailable {
        Keys.check(key);
        try {
            client.deleteObject(request -> request.bucket(bucket).key(key));
        } catch (SdkException e) {
            if (!(ServerFaults.of(e, Operation.DELETE, name(), key) instanceof BucketUnavailable unavailable)) {
                return; // S3 does not say so, some servers do
            }
            throw unavailable;
        }
    }

    @Override
    public void close() {
        client.close();
    }

    private interface Call<T> {
        T run();
    }

    private <T> T read(Operation operation, String key, Call<T> call) throws NoSuchObject, BucketUnavailable {
        try {
            return call.run();
        } catch (SdkException e) {
            BucketException failed = ServerFaults.of(e, operation, name(), key);
            if (failed instanceof NoSuchObject missing) {
                throw missing;
            }
            throw (BucketUnavailable) failed;
        } catch (UncheckedIOException e) {
            throw new BucketUnavailable(Reason.LOCAL_FILE, operation, name(), key, e.getMessage(), e);
        }
    }

    /** For calls that a missing object cannot make fail: a 404 means that the bucket is missing. */
    private <T> T write(Operation operation, String key, Call<T> call) throws BucketUnavailable {
        try {
            return read(operation, key, call);
        } catch (NoSuchObject e) {
            throw new BucketUnavailable(
                    Reason.REFUSED, operation, name(), key, "the server answered 404: is the bucket there?", e);
        }
    }
}
