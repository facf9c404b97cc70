package io.engram.model.regex;

/** A pattern that is not RE2, or one too large to run; the message is that of the parser. */
public final class InvalidRegex extends IllegalArgumentException {
    private static final long serialVersionUID = 1L;

    public InvalidRegex(String message) {
        super(message);
    }
}
