package io.engram.server.http;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;

/**
 * Lets operators' paths be called from this machine only. A proxy on the machine and a web page in its browser come
 * from loopback as well, yet speak for somebody else: they are known by their headers.
 */
final class OperatorCheck {
    private OperatorCheck() {}

    static void check(Request request) {
        SocketAddress remote = request.getConnectionMetaData().getRemoteSocketAddress();
        boolean loopback = remote instanceof InetSocketAddress inet
                && inet.getAddress() != null
                && inet.getAddress().isLoopbackAddress();
        if (!loopback || forAnother(request.getHeaders())) {
            throw new Failure(
                    ErrorId.OPERATOR_ONLY,
                    request.getHttpURI().getPath() + " answers only to operators on the server's own machine");
        }
    }

    private static boolean forAnother(HttpFields headers) {
        String site = headers.get("Sec-Fetch-Site");
        String origin = headers.get("Origin");
        return headers.contains("X-Forwarded-For")
                || headers.contains("Forwarded")
                || (site != null && !site.equals("same-origin") && !site.equals("none"))
                || (origin != null && !origin.endsWith("://" + headers.get("Host")));
    }
}
