package io.engram.server.http;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http2.ErrorCode;
import org.eclipse.jetty.http2.HTTP2Session;
import org.eclipse.jetty.http2.SessionContainer;
import org.eclipse.jetty.http2.api.Session;
import org.eclipse.jetty.http2.server.AbstractHTTP2ServerConnectionFactory;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;

/**
 * While the server stops, closes HTTP/2 connections on which no request runs, and those alone. Jetty says goodbye to all of
 * them and then waits for the client to hang up, which one that idles does not do before the whole time is over; and it
 * cuts one off whose request is worked on for longer than the connector's short time for connections that idle.
 */
final class Http2Drain implements AutoCloseable {
    private static final long INTERVAL_MS = 20;

    private final ServerConnector connector;
    private final long requestMs;
    private final CountDownLatch closed = new CountDownLatch(1);

    private Http2Drain(ServerConnector connector, long requestMs) {
        this.connector = connector;
        this.requestMs = requestMs;
    }

    /**
     * Goes on until it is closed.
     *
     * @param requestMs how long a request in flight may be silent
     */
    static Http2Drain begin(ServerConnector connector, long requestMs) {
        Http2Drain drain = new Http2Drain(connector, requestMs);
        Thread.ofVirtual().name("http2-drain").start(drain::run);
        return drain;
    }

    private void run() {
        try {
            do {
                connector.getConnectionFactories().forEach(factory -> {
                    if (factory instanceof AbstractHTTP2ServerConnectionFactory http2) {
                        http2.getBean(SessionContainer.class).getSessions().forEach(this::drain);
                    }
                });
            } while (!closed.await(INTERVAL_MS, TimeUnit.MILLISECONDS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** A stream ends only when its answer has been written. */
    private void drain(Session session) {
        if (session instanceof HTTP2Session http2) {
            if (http2.getStreams().isEmpty()) {
                http2.close(ErrorCode.NO_ERROR.code, "the server stops", Callback.from(http2::disconnect));
            } else {
                http2.getEndPoint().setIdleTimeout(requestMs);
            }
        }
    }

    @Override
    public void close() {
        closed.countDown();
    }
}
