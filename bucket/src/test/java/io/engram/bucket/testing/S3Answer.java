package io.engram.bucket.testing;

import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What {@link S3Fake} says.
 *
 * @param lengthBytes of the body; for HEAD what it would be
 */
record S3Answer(int status, Map<String, String> headers, byte[] body, long lengthBytes) {
    static S3Answer empty(int status) {
        return new S3Answer(status, new LinkedHashMap<>(), new byte[0], 0);
    }

    static S3Answer bytes(int status, byte[] body) {
        return new S3Answer(status, new LinkedHashMap<>(), body, body.length);
    }

    static S3Answer xml(int status, String body) {
        return bytes(status, ("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n" + body).getBytes(StandardCharsets.UTF_8))
                .with("Content-Type", "application/xml");
    }

    static S3Answer error(int status, String code) {
        return xml(status, "<Error><Code>" + code + "</Code><Message>" + code + "</Message></Error>");
    }

    S3Answer with(String header, String value) {
        headers.put(header, value);
        return this;
    }

    S3Answer headOnly() {
        return new S3Answer(status, headers, new byte[0], lengthBytes);
    }
}
