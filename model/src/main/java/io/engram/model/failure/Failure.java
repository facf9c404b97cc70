package io.engram.model.failure;

/** A refusal that a caller sees: its permanent id, and a text that names what, where, the limit and the key to change. */
public class Failure extends RuntimeException {
    private static final long serialVersionUID = 1L;
    private final ErrorId id;

    /** The id is put behind {@code message}; callers write the sentence alone. */
    public Failure(ErrorId id, String message) {
        this(id, message, null);
    }

    public Failure(ErrorId id, String message, Throwable cause) {
        super(message + " (" + id.code() + ")", cause);
        this.id = id;
    }

    public ErrorId id() {
        return id;
    }
}
