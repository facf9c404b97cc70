package io.engram.ring;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;

/** The store of rings cannot be reached now; what was seen of it stays true as far as anybody knows. */
public final class StoreUnavailableException extends Failure {
    private static final long serialVersionUID = 1L;

    public StoreUnavailableException(String message, Throwable cause) {
        super(ErrorId.STORE_UNAVAILABLE, message, cause);
    }
}
