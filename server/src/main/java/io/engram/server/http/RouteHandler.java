package io.engram.server.http;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.server.ServerConfig;
import java.io.IOException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One request from routing to its last byte:
 *
 * <ol>
 *   <li>find the route, or answer 404, 405 or OPTIONS;
 *   <li>ask who calls and whether it may ({@link AccessCheck}), and for whom;
 *   <li>take one of the places that bound how many are served at a time, or answer 503;
 *   <li>call the endpoint on this (virtual) thread;
 *   <li>turn what it throws into an answer, and count.
 * </ol>
 */
final class RouteHandler extends Handler.Abstract {
    private static final Logger LOG = LoggerFactory.getLogger(RouteHandler.class);

    private final RouteTable routes;
    private final RequestMetrics metrics;
    private final AccessCheck access;
    private final BodyReader bodies;
    private final int maxFormBytes;
    private final int maxConcurrent;
    private final Semaphore places;
    private final CrossOrigin crossOrigin;
    private final Supplier<String> awaited;

    /** @param awaited says what the start still waits for; null once requests can be served */
    RouteHandler(
            ServerConfig config,
            AccessCheck access,
            RouteTable routes,
            RequestMetrics metrics,
            Supplier<String> awaited) {
        this.awaited = awaited;
        this.routes = routes;
        this.metrics = metrics;
        this.access = access;
        this.bodies = new BodyReader(config);
        this.maxFormBytes = config.maxFormBytes();
        this.maxConcurrent = config.maxConcurrentRequests();
        this.places = new Semaphore(maxConcurrent);
        this.crossOrigin = new CrossOrigin(config.corsOrigin());
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        JettyExchange exchange = new JettyExchange(request, response, bodies, maxFormBytes);
        RequestMetrics.Flight flight = metrics.begin(request.getMethod());
        Throwable broken = null;
        try {
            crossOrigin.allow(request, response);
            serve(route(request, exchange), request, exchange);
            if (!exchange.answered()) {
                throw new IllegalStateException("the endpoint returned without an answer");
            }
        } catch (Throwable e) { // an Error too must end in an answer, or the client waits for ever
            broken = settle(e, request, response, exchange);
        }
        flight.end(
                exchange.pattern(),
                response.getStatus(),
                exchange.receivedBytes(),
                Response.getContentBytesWritten(response));
        if (broken == null) {
            callback.succeeded();
        } else {
            callback.failed(broken);
        }
        return true;
    }

    /** Finds the route and tells the exchange what its path matched; null where OPTIONS was answered. */
    private RouteTable.Route route(Request request, JettyExchange exchange) throws IOException {
        String raw = request.getHttpURI().getPath();
        if (raw == null || !raw.startsWith("/")) {
            throw new Failure(ErrorId.REQUEST_MALFORMED, "the request names no path");
        }
        RouteTable.Match match = routes.match(raw);
        if (match == null) {
            throw new Failure(ErrorId.PATH_UNKNOWN, "nothing is served at " + raw + butWithoutSlash(raw));
        }
        exchange.matched(match);
        RouteTable.Route route = match.path().route(exchange.method());
        if (route == null) {
            exchange.setHeader("Allow", match.path().allow());
            if (!exchange.method().equals("OPTIONS")) {
                throw new Failure(
                        ErrorId.METHOD_NOT_ALLOWED,
                        raw + " is not served for " + exchange.method() + ", only for "
                                + match.path().allow());
            }
            exchange.answer(204);
        }
        return route;
    }

    /**
     * What is missed by a slash is told, not served: whoever guards paths in front of this must be able to rely on the
     * names that there are.
     */
    private String butWithoutSlash(String raw) {
        if (raw.length() < 2 || !raw.endsWith("/")) {
            return "";
        }
        String shorter = raw.substring(0, raw.length() - 1);
        return routes.match(shorter) == null ? "" : ", but at " + shorter;
    }

    private void serve(RouteTable.Route route, Request request, JettyExchange exchange) throws Exception {
        if (route == null) {
            return;
        }
        exchange.calledBy(access.check(route.access(), request, exchange));
        switch (route.access()) {
            case OPEN, OBSERVE -> {
                // Health and metrics must be seen most of all when every place is taken.
                route.endpoint().handle(exchange);
                return;
            }
            case OPERATE -> {}
            case READ, WRITE -> exchange.tenant();
        }
        String missing = route.access() == Routes.Access.OPERATE ? null : awaited.get();
        if (missing != null) {
            throw new Failure(ErrorId.NOT_READY, "the server is starting: " + missing);
        }
        if (!places.tryAcquire()) {
            throw new Failure(
                    ErrorId.SERVER_BUSY,
                    maxConcurrent + " requests are being served already (server.max-concurrent-requests)");
        }
        try {
            route.endpoint().handle(exchange);
        } finally {
            places.release();
        }
    }

    /** Answers for what was thrown. Returns what the connection must be failed with, null where it can go on. */
    private Throwable settle(Throwable thrown, Request request, Response response, JettyExchange exchange) {
        if (!(thrown instanceof Failure) && clientGone(thrown)) {
            LOG.debug("client gone", thrown);
            return thrown;
        }
        if (thrown instanceof AnswerAborted) {
            LOG.debug("answer aborted", thrown);
            return thrown;
        }
        Failure failure =
                thrown instanceof Failure known ? known : new Failure(ErrorId.INTERNAL, "internal error", thrown);
        if (failure.id() == ErrorId.INTERNAL) {
            log(thrown, request, exchange);
        }
        if (response.isCommitted() || exchange.answered()) {
            return thrown; // half an answer is out: only breaking the connection tells the client
        }
        try {
            refuse(failure, request, exchange);
            return null;
        } catch (IOException | RuntimeException e) {
            LOG.debug("refusal not sent", e);
            return e;
        }
    }

    private void refuse(Failure failure, Request request, JettyExchange exchange) throws IOException {
        FailureStatus status = FailureStatus.of(failure.id().cause());
        if (FailureStatus.retried(failure.id().cause())) {
            int seconds = RetryAfter.seconds(exchange.header("Retry-Attempt"), ThreadLocalRandom.current());
            exchange.setHeaderIfAbsent("Retry-After", Integer.toString(seconds));
        }
        boolean api = routes.isApi(request.getHttpURI().getPath());
        FailureAnswer answer = FailureAnswer.of(failure, exchange.header("Accept"), api);
        exchange.answer(status.status(), answer.contentType(), answer.body());
        if (failure.id() != ErrorId.REQUEST_TOO_SLOW) {
            LateBody.drain(request);
        }
    }

    private static void log(Throwable thrown, Request request, JettyExchange exchange) {
        LOG.atError()
                .addKeyValue("method", request.getMethod())
                .addKeyValue("uri", request.getHttpURI().getPathQuery())
                .addKeyValue("tenant", exchange.knownTenant())
                .setCause(thrown)
                .log("request failed");
    }

    private static boolean clientGone(Throwable thrown) {
        for (Throwable t = thrown; t != null; t = t.getCause()) {
            if (t instanceof EofException || t instanceof ClosedChannelException) {
                return true;
            }
        }
        return false;
    }
}
