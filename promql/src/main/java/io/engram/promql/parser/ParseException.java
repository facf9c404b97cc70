package io.engram.promql.parser;

/** A query that is not PromQL. The message is Prometheus' own: {@code 1:5: parse error: …}. */
public final class ParseException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ParseException(String message) {
        super(message);
    }
}
