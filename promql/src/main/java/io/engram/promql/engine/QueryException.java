package io.engram.promql.engine;

/** A query that could not be answered; its text is what the user sees. */
public final class QueryException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** As Prometheus' API names them: {@code execution}, {@code timeout}, {@code canceled}. */
    public enum Kind {
        EXECUTION,
        TIMEOUT,
        CANCELED
    }

    private final Kind kind;

    public QueryException(Kind kind, String message) {
        super(message);
        this.kind = kind;
    }

    public Kind kind() {
        return kind;
    }
}
