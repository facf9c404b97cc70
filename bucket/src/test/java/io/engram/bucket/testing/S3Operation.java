package io.engram.bucket.testing;

import java.util.Map;

/** What a request to {@link S3Fake} asks. */
public enum S3Operation {
    PUT,
    GET,
    HEAD,
    DELETE,
    LIST,
    CREATE_UPLOAD,
    UPLOAD_PART,
    COMPLETE_UPLOAD,
    ABORT_UPLOAD,
    OTHER;

    static S3Operation of(String method, boolean wholeBucket, Map<String, String> query) {
        boolean upload = query.containsKey("uploadId");
        return switch (method) {
            case "PUT" -> upload ? UPLOAD_PART : wholeBucket ? OTHER : PUT;
            case "GET" -> wholeBucket ? LIST : GET;
            case "HEAD" -> wholeBucket ? OTHER : HEAD;
            case "DELETE" -> upload ? ABORT_UPLOAD : DELETE;
            case "POST" -> upload ? COMPLETE_UPLOAD : query.containsKey("uploads") ? CREATE_UPLOAD : OTHER;
            default -> OTHER;
        };
    }
}
