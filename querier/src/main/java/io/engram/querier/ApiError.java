package io.engram.querier;

/** A refusal in the words of Prometheus' API: its type, which decides the status, and its text. */
final class ApiError extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** The error types of {@code web/api/v1/api.go}, and what Cortex and Mimir add for full queues. */
    enum Type {
        BAD_DATA("bad_data", 400),
        NOT_FOUND("not_found", 404),
        NOT_ACCEPTABLE("not_acceptable", 406),
        EXECUTION("execution", 422),
        TOO_MANY_REQUESTS("too_many_requests", 429),
        CANCELED("canceled", 499),
        INTERNAL("internal", 500),
        TIMEOUT("timeout", 503),
        UNAVAILABLE("unavailable", 503);

        private final String apiName;
        private final int status;

        Type(String apiName, int status) {
            this.apiName = apiName;
            this.status = status;
        }

        String apiName() {
            return apiName;
        }

        int status() {
            return status;
        }
    }

    private final Type type;

    ApiError(Type type, String message) {
        this(type, message, null);
    }

    ApiError(Type type, String message, Throwable cause) {
        super(message, cause);
        this.type = type;
    }

    static ApiError badData(String message) {
        return new ApiError(Type.BAD_DATA, message);
    }

    /** A parameter that is missing or wrong, as Prometheus words it. */
    static ApiError badParameter(String parameter, String what) {
        return badData("invalid parameter \"" + parameter + "\": " + what);
    }

    Type type() {
        return type;
    }
}
