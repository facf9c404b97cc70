package io.engram.server.http;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpVersion;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.BufferUtil;

/**
 * Whether the client of a request is still there. HTTP/2 tells of itself when a stream is reset or its connection lost.
 * HTTP/1.1 does not look at the socket while a request is served, so this class does when it is asked: the end of the
 * stream there means that the client has gone. One that only closed its sending side looks the same, and is taken for
 * gone too, as by Go's server; whoever does not ask answers it all the same.
 */
final class ClientWatch {
    private final Request request;
    private volatile boolean failed;
    private boolean bodyRead;

    ClientWatch(Request request) {
        this.request = request;
        this.bodyRead = hasNoBody(request);
        request.addFailureListener(_ -> failed = true);
    }

    /** Nothing more belongs to this request: what comes now is the next one, or the end. */
    synchronized void bodyRead() {
        bodyRead = true;
    }

    boolean gone() {
        return failed || (failed = atEnd());
    }

    private synchronized boolean atEnd() {
        Connection connection = request.getConnectionMetaData().getConnection();
        if (!bodyRead || !(connection instanceof HttpConnection http)) {
            return false;
        }
        EndPoint endPoint = http.getEndPoint();
        if (!endPoint.isOpen() || endPoint.isInputShutdown()) {
            return true;
        }
        return http.isRequestBufferEmpty() && readsEnd(http, endPoint);
    }

    /** Reads one byte. Where there is one, it is the next request's: the connection gets it back. */
    private static boolean readsEnd(HttpConnection connection, EndPoint endPoint) {
        try {
            ByteBuffer one = BufferUtil.allocate(1);
            int count = endPoint.fill(one);
            if (count > 0) {
                connection.onUpgradeTo(one);
            }
            return count < 0;
        } catch (IOException _) {
            return true;
        }
    }

    /** Whether the request's headers say that no body follows them. */
    static boolean hasNoBody(Request request) {
        return request.getLength() <= 0
                && request.getConnectionMetaData().getHttpVersion() != HttpVersion.HTTP_2
                && !request.getHeaders().contains(HttpHeader.TRANSFER_ENCODING);
    }
}
