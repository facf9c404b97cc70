package io.engram.server.http;

import org.eclipse.jetty.server.Request;

/** Whether the client of a request is still there. */
final class ClientWatch {
    private volatile boolean failed;
    private volatile boolean bodyRead;

    ClientWatch(Request request) {
        request.addFailureListener(_ -> failed = true);
    }

    void bodyRead() {
        bodyRead = true;
    }

    boolean gone() {
        return failed;
    }
}
