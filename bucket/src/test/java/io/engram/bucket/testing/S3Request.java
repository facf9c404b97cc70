package io.engram.bucket.testing;

import com.sun.net.httpserver.HttpExchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * A request as {@link S3Fake} understands it. The body is decoded from {@code aws-chunked}; signatures are not looked at.
 *
 * @param key empty for requests to the bucket itself
 * @param headers by name in lower case; trailers of the body are among them
 */
public record S3Request(
        S3Operation operation,
        String bucket,
        String key,
        Map<String, String> query,
        Map<String, String> headers,
        byte[] body) {

    static S3Request read(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath().substring(1);
        int slash = path.indexOf('/');
        String bucket = slash < 0 ? path : path.substring(0, slash);
        String key = slash < 0 ? "" : path.substring(slash + 1);
        Map<String, String> query = query(exchange.getRequestURI().getRawQuery());
        Map<String, String> headers = new HashMap<>();
        exchange.getRequestHeaders()
                .forEach((name, values) -> headers.put(name.toLowerCase(Locale.ROOT), values.getFirst()));
        byte[] body = exchange.getRequestBody().readAllBytes();
        if (headers.getOrDefault("x-amz-content-sha256", "").startsWith("STREAMING-")) {
            body = decodeChunks(body, headers);
        }
        return new S3Request(
                S3Operation.of(exchange.getRequestMethod(), key.isEmpty(), query), bucket, key, query, headers, body);
    }

    private static Map<String, String> query(String raw) {
        Map<String, String> query = new HashMap<>();
        if (raw != null) {
            for (String pair : raw.split("&")) {
                String[] parts = pair.split("=", 2);
                query.put(decode(parts[0]), parts.length > 1 ? decode(parts[1]) : "");
            }
        }
        return query;
    }

    private static String decode(String text) {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
    }

    /** {@code size;extensions CRLF bytes CRLF}, up to one of size 0, then trailers like headers. */
    private static byte[] decodeChunks(byte[] body, Map<String, String> headers) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream(body.length);
        int at = 0;
        while (true) {
            int end = lineEnd(body, at);
            String line = new String(body, at, end - at, StandardCharsets.US_ASCII);
            int size = Integer.parseInt(line.split(";")[0], 16);
            at = end + 2;
            if (size == 0) {
                break;
            }
            out.write(body, at, size);
            at += size + 2;
        }
        while (at < body.length) {
            int end = lineEnd(body, at);
            String[] trailer = new String(body, at, end - at, StandardCharsets.US_ASCII).split(":", 2);
            if (trailer.length == 2) {
                headers.put(trailer[0].toLowerCase(Locale.ROOT), trailer[1].strip());
            }
            at = end + 2;
        }
        return out.toByteArray();
    }

    private static int lineEnd(byte[] bytes, int from) throws IOException {
        for (int i = from; i + 1 < bytes.length; i++) {
            if (bytes[i] == '\r' && bytes[i + 1] == '\n') {
                return i;
            }
        }
        throw new IOException("aws-chunked body ends early: " + Arrays.toString(Arrays.copyOf(bytes, 20)));
    }
}
