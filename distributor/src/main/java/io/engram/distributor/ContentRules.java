package io.engram.distributor;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import java.util.Locale;

/**
 * Which requests are remote write, and of which version: decided by {@code Content-Type} and {@code Content-Encoding} alone, never by the
 * version header.
 *
 * @see <a href="https://prometheus.io/docs/specs/prw/remote_write_spec_2_0/">remote write 2.0, content negotiation</a>
 */
final class ContentRules {
    private static final String TYPE = "application/x-protobuf";
    private static final String MESSAGE_1 = "prometheus.WriteRequest";
    private static final String MESSAGE_2 = "io.prometheus.write.v2.Request";

    private ContentRules() {}

    /** @throws Failure with {@code 415} where the request is something else; headers may be null */
    static WriteMessage message(String contentType, String contentEncoding) {
        String[] parts = contentType == null ? new String[] {""} : contentType.split(";", -1);
        if (!parts[0].strip().toLowerCase(Locale.ROOT).equals(TYPE)) {
            throw new Failure(
                    ErrorId.CONTENT_TYPE,
                    contentType == null
                            ? "the request has no Content-Type; remote write is " + TYPE
                            : "the Content-Type is '" + shown(contentType) + "'; remote write is " + TYPE);
        }
        WriteMessage message = WriteMessage.VERSION_1;
        for (int i = 1; i < parts.length; i++) {
            String parameter = parts[i].strip();
            if (parameter.regionMatches(true, 0, "proto=", 0, 6)) {
                message = named(unquoted(parameter.substring(6).strip()));
            }
        }
        if (contentEncoding == null
                || !contentEncoding.strip().toLowerCase(Locale.ROOT).equals("snappy")) {
            throw new Failure(
                    ErrorId.CONTENT_ENCODING,
                    contentEncoding == null
                            ? "the request has no Content-Encoding; remote write is snappy"
                            : "the Content-Encoding is '" + shown(contentEncoding) + "'; remote write is snappy");
        }
        return message;
    }

    private static WriteMessage named(String message) {
        return switch (message) {
            case MESSAGE_1 -> WriteMessage.VERSION_1;
            case MESSAGE_2 -> WriteMessage.VERSION_2;
            default ->
                throw new Failure(
                        ErrorId.REMOTE_WRITE_VERSION,
                        "the message '" + shown(message) + "' is unknown; this release takes " + MESSAGE_1 + " and "
                                + MESSAGE_2);
        };
    }

    private static String unquoted(String value) {
        return value.length() >= 2 && value.startsWith("\"") && value.endsWith("\"")
                ? value.substring(1, value.length() - 1)
                : value;
    }

    /** What a stranger sent, short enough for a text. */
    private static String shown(String header) {
        return header.length() <= 100 ? header : header.substring(0, 100) + "…";
    }
}
