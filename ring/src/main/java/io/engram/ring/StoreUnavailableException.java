package io.engram.ring;

/** The store of rings cannot be reached now; what was seen of it stays true as far as anybody knows. */
public final class StoreUnavailableException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
