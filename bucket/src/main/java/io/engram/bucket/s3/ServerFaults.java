package io.engram.bucket.s3;

import io.engram.bucket.BucketException;
import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.BucketUnavailable.Reason;
import io.engram.bucket.NoSuchObject;
import io.engram.bucket.Operation;
import java.io.IOException;
import javax.xml.stream.XMLStreamException;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.ApiCallAttemptTimeoutException;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.exception.SdkException;

/** What the SDK throws, in the bucket's words. */
final class ServerFaults {
    private ServerFaults() {}

    /** Connections that break are worth another try; what the server refuses is not. */
    static boolean worthAnotherTry(Throwable thrown) {
        if (Thread.currentThread().isInterrupted()) {
            return false;
        }
        return switch (thrown) {
            case AbortedException _ -> false;
            case RetryableException _, ApiCallAttemptTimeoutException _, IOException _ -> true;
            case AwsServiceException refused ->
                refused.statusCode() >= 500
                        || refused.statusCode() == 408
                        || refused.isThrottlingException()
                        || conflict(refused)
                        || code(refused).equals("RequestTimeout");
            case SdkClientException client -> brokeOff(client);
            default -> false;
        };
    }

    /** The connection, also where it ends in the middle of an answer that then is no XML. */
    private static boolean brokeOff(Throwable thrown) {
        for (Throwable cause = thrown.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException || cause instanceof XMLStreamException) {
                return true;
            }
        }
        return false;
    }

    /** Two conditional puts met in the middle: neither is done. */
    static boolean conflict(AwsServiceException refused) {
        return refused.statusCode() == 409
                && (code(refused).equals("ConditionalRequestConflict")
                        || code(refused).equals("OperationAborted"));
    }

    static BucketException of(SdkException thrown, Operation operation, String bucket, String key) {
        if (thrown instanceof AwsServiceException refused) {
            return refused(refused, operation, bucket, key);
        }
        if (thrown instanceof AbortedException || Thread.currentThread().isInterrupted()) {
            Thread.currentThread().interrupt();
            return new BucketUnavailable(Reason.INTERRUPTED, operation, bucket, key, "interrupted", thrown);
        }
        Reason reason = thrown instanceof RetryableException ? Reason.SHORT_BODY : Reason.FAILED;
        return new BucketUnavailable(reason, operation, bucket, key, rootMessage(thrown), thrown);
    }

    private static BucketException refused(
            AwsServiceException refused, Operation operation, String bucket, String key) {
        int status = refused.statusCode();
        if (status == 404 && !code(refused).equals("NoSuchBucket") && operation != Operation.LIST) {
            return new NoSuchObject(operation, bucket, key);
        }
        Reason reason =
                switch (status) {
                    case 401, 403 -> Reason.PERMISSION_DENIED;
                    case 416 -> Reason.UNFIT;
                    case 429, 503 -> Reason.SLOW_DOWN;
                    case 507 -> Reason.FULL;
                    default -> worthAnotherTry(refused) ? Reason.FAILED : Reason.REFUSED;
                };
        return new BucketUnavailable(
                reason,
                operation,
                bucket,
                key,
                "the server answered %d %s%s"
                        .formatted(
                                status,
                                code(refused),
                                refused.requestId() == null ? "" : " (request " + refused.requestId() + ")"),
                refused);
    }

    static String code(AwsServiceException refused) {
        return refused.awsErrorDetails() == null || refused.awsErrorDetails().errorCode() == null
                ? ""
                : refused.awsErrorDetails().errorCode();
    }

    private static String rootMessage(Throwable thrown) {
        Throwable root = thrown;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return root == thrown ? thrown.getMessage() : thrown.getMessage() + ": " + root;
    }
}
