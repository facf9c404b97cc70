package io.engram.bucket.s3;

import java.io.IOException;
import software.amazon.awssdk.core.exception.AbortedException;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * The answer to a read.
 *
 * @param bytes as many as were announced; null where those were too many, and none was read
 */
record Body(GetObjectResponse head, byte[] bytes) {
    /** Reads all that is announced, into an array of that size; an answer that ends early, or whose checksum differs, is tried again. */
    static ResponseTransformer<GetObjectResponse, Body> upTo(int maxBytes) {
        return (head, in) -> {
            if (head.contentLength() == null || head.contentLength() > maxBytes) {
                in.abort();
                return new Body(head, null);
            }
            byte[] bytes = new byte[Math.toIntExact(head.contentLength())];
            try {
                int read = in.readNBytes(bytes, 0, bytes.length);
                // The end must be reached for the SDK to compare the checksum.
                if (read < bytes.length || in.read() >= 0) {
                    throw new IOException(read + " bytes or more came");
                }
            } catch (AbortedException e) {
                throw e;
            } catch (IOException | SdkClientException e) {
                throw RetryableException.builder()
                        .message("the answer is not the " + bytes.length + " bytes it announced")
                        .cause(e)
                        .build();
            }
            return new Body(head, bytes);
        };
    }
}
