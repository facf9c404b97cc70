package io.engram.server.http;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import java.nio.ByteBuffer;
import java.util.concurrent.ThreadLocalRandom;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;

/**
 * What Jetty itself refuses, before a request reaches a route: the same bodies and ids as everywhere, no HTML, no
 * version.
 */
final class PlainErrorHandler extends ErrorHandler {
    private final RouteTable routes;

    PlainErrorHandler(RouteTable routes) {
        this.routes = routes;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        Object message = request.getAttribute(ERROR_MESSAGE);
        Failure failure = failure(response.getStatus(), message == null ? "" : message.toString());
        FailureStatus status = FailureStatus.of(failure.id().cause());
        if (FailureStatus.retried(failure.id().cause())) {
            int seconds = RetryAfter.seconds(request.getHeaders().get("Retry-Attempt"), ThreadLocalRandom.current());
            response.getHeaders().put(HttpHeader.RETRY_AFTER, seconds);
        }
        boolean api = routes.isApi(request.getHttpURI().getPath());
        FailureAnswer answer = FailureAnswer.of(failure, request.getHeaders().get(HttpHeader.ACCEPT), api);
        response.setStatus(status.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, answer.contentType());
        response.getHeaders().put(HttpHeader.CONTENT_LENGTH, answer.body().length);
        response.write(true, ByteBuffer.wrap(answer.body()), callback);
        return true;
    }

    private static Failure failure(int status, String reason) {
        return switch (status) {
            case 404 -> new Failure(ErrorId.PATH_UNKNOWN, "nothing is served there");
            case 408 -> new Failure(ErrorId.REQUEST_TOO_SLOW, "the request came too slowly");
            case 413 ->
                new Failure(
                        ErrorId.REQUEST_TOO_LARGE,
                        "the body has more bytes than any may have (server.max-request-bytes)");
            case 414, 431 ->
                new Failure(
                        ErrorId.REQUEST_TOO_LARGE,
                        "the request line and headers have more bytes than they may (server.max-header-bytes);"
                                + " POST takes long queries in its body");
            case 503 -> new Failure(ErrorId.SHUTTING_DOWN, "the server is stopping");
            case 501, 505 ->
                new Failure(
                        ErrorId.REQUEST_MALFORMED, "the request is not HTTP/1.1 or HTTP/2 as served here: " + reason);
            default ->
                status >= 500
                        ? new Failure(ErrorId.INTERNAL, "internal error")
                        : new Failure(ErrorId.REQUEST_MALFORMED, "the request is not legal HTTP: " + reason);
        };
    }
}
