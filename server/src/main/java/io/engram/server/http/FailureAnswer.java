package io.engram.server.http;

import io.engram.model.failure.Failure;
import java.nio.charset.StandardCharsets;

/** The body of a refusal: a line of text, or Prometheus' JSON envelope where the client asked for JSON. */
record FailureAnswer(String contentType, byte[] body) {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String JSON = "application/json";

    static FailureAnswer of(Failure failure, String accept) {
        return of(failure.getMessage(), FailureStatus.of(failure.id().cause()).errorType(), accept);
    }

    /** @param accept the header, or null */
    static FailureAnswer of(String message, String errorType, String accept) {
        if (!wantsJson(accept)) {
            return new FailureAnswer(TEXT, (message + "\n").getBytes(StandardCharsets.UTF_8));
        }
        StringBuilder json = new StringBuilder("{\"status\":\"error\",\"errorType\":\"")
                .append(errorType)
                .append("\",\"error\":");
        Json.quote(message, json);
        return new FailureAnswer(JSON, json.append("}\n").toString().getBytes(StandardCharsets.UTF_8));
    }

    private static boolean wantsJson(String accept) {
        if (accept == null) {
            return false;
        }
        int json = accept.indexOf(JSON);
        int text = accept.indexOf("text/plain");
        return json >= 0 && (text < 0 || json < text);
    }
}
