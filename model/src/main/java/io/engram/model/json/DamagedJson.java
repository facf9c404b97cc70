package io.engram.model.json;

import java.io.IOException;

/** A JSON document that is not what it must be. The message names the document, the place in it, what was expected and found. */
public final class DamagedJson extends IOException {
    private static final long serialVersionUID = 1L;

    DamagedJson(String message, Throwable cause) {
        super(message, cause);
    }
}
