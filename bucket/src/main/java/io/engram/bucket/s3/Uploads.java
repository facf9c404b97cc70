package io.engram.bucket.s3;

import io.engram.bucket.BucketConfig;
import io.engram.bucket.Condition;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.ServerSideEncryption;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/**
 * How objects get into S3. Where a second attempt could be told that the first one has been there, each write carries an id
 * in the object's metadata, by which it is known again.
 */
final class Uploads {
    /** User metadata under which an object says which write it came from. */
    private static final String WRITE_ID = "engram-write-id";

    /** A limit of S3. */
    private static final long MAX_PARTS = 10_000;

    private final S3Client client;
    private final String bucket;
    private final long partSizeBytes;
    private final ServerSideEncryption encryption;
    private final String kmsKeyId;

    Uploads(S3Client client, BucketConfig config) {
        this.client = client;
        this.bucket = config.s3Bucket();
        this.partSizeBytes = config.s3PartSizeBytes();
        this.encryption = switch (config.s3Sse()) {
            case NONE -> null;
            case SSE_S3 -> ServerSideEncryption.AES256;
            case SSE_KMS -> ServerSideEncryption.AWS_KMS;
        };
        this.kmsKeyId = config.s3SseKmsKeyId().isEmpty() ? null : config.s3SseKmsKeyId();
    }

    PutObjectRequest.Builder request(String key) {
        return PutObjectRequest.builder()
                .bucket(bucket)
                .key(key)
                .serverSideEncryption(encryption)
                .ssekmsKeyId(kmsKeyId);
    }

    Optional<String> putIf(Condition condition, String key, byte[] bytes) {
        String writeId = UUID.randomUUID().toString();
        PutObjectRequest.Builder request = request(key).metadata(Map.of(WRITE_ID, writeId));
        switch (condition) {
            case Condition.Absent() -> request.ifNoneMatch("*");
            case Condition.Matches(String version) -> request.ifMatch(version);
        }
        try {
            return Optional.of(client.putObject(request.build(), RequestBody.fromBytes(bytes))
                    .eTag());
        } catch (S3Exception e) {
            // A version that is asked for and missing is 404, one that is another 412.
            boolean unmet = e.statusCode() == 412
                    || (e.statusCode() == 404 && !ServerFaults.code(e).equals("NoSuchBucket"));
            if (!unmet) {
                throw e;
            }
            return versionWritten(key, writeId);
        }
    }

    /** The version that is there, if it came from this write: its answer got lost, and a further attempt met it. */
    private Optional<String> versionWritten(String key, String writeId) {
        try {
            HeadObjectResponse head =
                    client.headObject(request -> request.bucket(bucket).key(key));
            return writeId.equals(head.metadata().get(WRITE_ID)) ? Optional.of(head.eTag()) : Optional.empty();
        } catch (S3Exception e) {
            if (e.statusCode() == 404) {
                return Optional.empty();
            }
            throw e;
        }
    }

    void upload(String key, Path file, long sizeBytes) {
        if (sizeBytes <= partSizeBytes) {
            client.putObject(
                    request(key).build(),
                    RequestBody.fromContentProvider(
                            new FileRange(file, 0, sizeBytes), sizeBytes, FileRange.CONTENT_TYPE));
            return;
        }
        String writeId = UUID.randomUUID().toString();
        String uploadId = client.createMultipartUpload(CreateMultipartUploadRequest.builder()
                        .bucket(bucket)
                        .key(key)
                        .serverSideEncryption(encryption)
                        .ssekmsKeyId(kmsKeyId)
                        .metadata(Map.of(WRITE_ID, writeId))
                        .build())
                .uploadId();
        try {
            List<CompletedPart> parts = uploadParts(key, uploadId, file, sizeBytes);
            complete(key, uploadId, writeId, parts);
        } catch (SdkException | UncheckedIOException e) {
            abort(key, uploadId, e);
            throw e;
        }
    }

    private List<CompletedPart> uploadParts(String key, String uploadId, Path file, long sizeBytes) {
        long partBytes = Math.max(partSizeBytes, Math.ceilDiv(sizeBytes, MAX_PARTS));
        List<CompletedPart> parts = new ArrayList<>();
        for (long offset = 0; offset < sizeBytes; offset += partBytes) {
            int number = parts.size() + 1;
            long length = Math.min(partBytes, sizeBytes - offset);
            UploadPartResponse part = client.uploadPart(
                    request ->
                            request.bucket(bucket).key(key).uploadId(uploadId).partNumber(number),
                    RequestBody.fromContentProvider(
                            new FileRange(file, offset, length), length, FileRange.CONTENT_TYPE));
            parts.add(CompletedPart.builder()
                    .partNumber(number)
                    .eTag(part.eTag())
                    .checksumCRC32(part.checksumCRC32())
                    .build());
        }
        return parts;
    }

    private void complete(String key, String uploadId, String writeId, List<CompletedPart> parts) {
        try {
            client.completeMultipartUpload(request ->
                    request.bucket(bucket).key(key).uploadId(uploadId).multipartUpload(upload -> upload.parts(parts)));
        } catch (S3Exception e) {
            // Completed by an attempt whose answer got lost: the upload is no more.
            if (e.statusCode() != 404 || versionWritten(key, writeId).isEmpty()) {
                throw e;
            }
        }
    }

    /** Parts of an upload that was given up cost money until somebody removes them. */
    private void abort(String key, String uploadId, RuntimeException failure) {
        // The call would give up at once in a thread that is interrupted.
        boolean interrupted = Thread.interrupted();
        try {
            client.abortMultipartUpload(
                    request -> request.bucket(bucket).key(key).uploadId(uploadId));
        } catch (SdkException e) {
            failure.addSuppressed(e);
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
