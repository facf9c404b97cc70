package io.engram.server.http;

import java.io.IOException;

/**
 * An answer that has begun cannot be finished, for a reason that the endpoint knows and has logged. All that is left is to
 * break the connection, so that the client does not take a part for the whole; the server does so, and logs nothing more.
 */
public final class AnswerAborted extends IOException {
    private static final long serialVersionUID = 1L;

    public AnswerAborted(Exception reason) {
        super(reason.getMessage(), reason);
    }
}
