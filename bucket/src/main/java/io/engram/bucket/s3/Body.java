package io.engram.bucket.s3;

import java.io.IOException;
import software.amazon.awssdk.core.exception.RetryableException;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/**
 * The answer to a read.
 *
 * @param bytes as many as were announced; null where those were too many, and none was read
 */
record Body(GetObjectResponse head, byte[] bytes) {
    /** Reads all that is announced, into an array of that size; an answer that ends early is tried again. */
    static ResponseTransformer<GetObjectResponse, Body> upTo(int maxBytes) {
        return (head, in) -> {
            if (head.contentLength() == null || head.contentLength() > maxBytes) {
                in.abort();
                return new Body(head, null);
            }
            byte[] bytes = new byte[Math.toIntExact(head.contentLength())];
            int read;
            try {
                read = in.readNBytes(bytes, 0, bytes.length);
            } catch (IOException e) {
                throw RetryableException.builder()
                        .message("the answer broke off before its " + bytes.length + " bytes")
                        .cause(e)
                        .build();
            }
            if (read < bytes.length) {
                throw RetryableException.builder()
                        .message("the answer has " + read + " bytes of the " + bytes.length + " it announced")
                        .build();
            }
            // The end must be reached for the SDK to compare the checksum.
            if (in.read() >= 0) {
                throw RetryableException.builder()
                        .message("the answer has more than the " + bytes.length + " bytes it announced")
                        .build();
            }
            return new Body(head, bytes);
        };
    }
}
