package io.engram.server.http;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.server.Request;

/**
 * Whether a request comes from this machine and speaks for itself. A proxy on the machine and a web page in its browser
 * come from loopback as well, yet speak for somebody else: they are known by their headers.
 */
final class LocalCaller {
    private LocalCaller() {}

    /** @throws Failure {@link ErrorId#OPERATOR_ONLY} */
    static void require(Request request) {
        if (!is(request)) {
            throw new Failure(
                    ErrorId.OPERATOR_ONLY,
                    request.getHttpURI().getPath() + " answers only to operators on the server's own machine");
        }
    }

    static boolean is(Request request) {
        SocketAddress remote = request.getConnectionMetaData().getRemoteSocketAddress();
        HttpFields headers = request.getHeaders();
        return remote instanceof InetSocketAddress inet
                && inet.getAddress() != null
                && inet.getAddress().isLoopbackAddress()
                && !headers.contains("X-Forwarded-For")
                && !headers.contains("Forwarded")
                && !fromAnotherSite(headers);
    }

    /** Whether a browser sends this for a page of another site. */
    static boolean fromAnotherSite(HttpFields headers) {
        String site = headers.get("Sec-Fetch-Site");
        String origin = headers.get("Origin");
        return (site != null && !site.equals("same-origin") && !site.equals("none"))
                || (origin != null && !origin.endsWith("://" + headers.get("Host")));
    }
}
