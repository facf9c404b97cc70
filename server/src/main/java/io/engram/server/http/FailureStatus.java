package io.engram.server.http;

import io.engram.model.failure.Cause;

/** The one place where a cause becomes an HTTP status, and the {@code errorType} of Prometheus' JSON envelope. */
public record FailureStatus(int status, String errorType) {
    public static FailureStatus of(Cause cause) {
        return switch (cause) {
            case BAD_REQUEST -> new FailureStatus(400, "bad_data");
            case UNAUTHENTICATED -> new FailureStatus(401, "unauthenticated");
            case FORBIDDEN -> new FailureStatus(403, "forbidden");
            case NOT_FOUND -> new FailureStatus(404, "not_found");
            case METHOD_NOT_ALLOWED -> new FailureStatus(405, "method_not_allowed");
            case NOT_ACCEPTABLE -> new FailureStatus(406, "not_acceptable");
            case REQUEST_TIMEOUT -> new FailureStatus(408, "timeout");
            case TOO_LARGE -> new FailureStatus(413, "too_large");
            case UNSUPPORTED_TYPE -> new FailureStatus(415, "unsupported_type");
            case QUERY_TOO_LARGE -> new FailureStatus(422, "execution");
            case RATE_LIMITED -> new FailureStatus(429, "too_many_requests");
            case UNAVAILABLE -> new FailureStatus(503, "unavailable");
            case BROKEN -> new FailureStatus(500, "internal");
        };
    }

    /** Whether the caller is to try again, and is told when. */
    static boolean retried(Cause cause) {
        return cause == Cause.UNAVAILABLE || cause == Cause.RATE_LIMITED;
    }
}
