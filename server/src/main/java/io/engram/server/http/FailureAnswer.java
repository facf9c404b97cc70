package io.engram.server.http;

import io.engram.model.failure.Failure;
import java.nio.charset.StandardCharsets;

/**
 * The body of a refusal: Prometheus' JSON envelope or a line of text. The client's Accept decides where it names one of
 * the two; else the envelope is for the paths of Prometheus' API, whose clients parse nothing else.
 */
record FailureAnswer(String contentType, byte[] body) {
    private static final String TEXT = "text/plain; charset=utf-8";
    private static final String JSON = "application/json";

    /**
     * @param accept the header, or null
     * @param api whether the path belongs to Prometheus' API
     */
    static FailureAnswer of(Failure failure, String accept, boolean api) {
        String message = failure.getMessage();
        String errorType = FailureStatus.of(failure.id().cause()).errorType();
        if (!wantsJson(accept, api)) {
            return new FailureAnswer(TEXT, (message + "\n").getBytes(StandardCharsets.UTF_8));
        }
        StringBuilder json = new StringBuilder("{\"status\":\"error\",\"errorType\":\"")
                .append(errorType)
                .append("\",\"error\":");
        Json.quote(message, json);
        return new FailureAnswer(JSON, json.append('}').toString().getBytes(StandardCharsets.UTF_8));
    }

    private static boolean wantsJson(String accept, boolean api) {
        int json = accept == null ? -1 : accept.indexOf(JSON);
        int text = accept == null ? -1 : accept.indexOf("text/plain");
        if (json < 0 && text < 0) {
            return api;
        }
        return json >= 0 && (text < 0 || json < text);
    }
}
