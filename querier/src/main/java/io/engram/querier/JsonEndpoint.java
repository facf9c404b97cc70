package io.engram.querier;

import io.engram.promql.engine.QueryException;
import io.engram.server.http.Endpoint;
import io.engram.server.http.Exchange;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** What all endpoints of the JSON API share: content negotiation, the error envelope, counting. */
final class JsonEndpoint implements Endpoint {
    /** Answers one request; throws {@link ApiError}, or what the engine and the stores throw. */
    @FunctionalInterface
    interface Body {
        void handle(Exchange exchange, Answer answer) throws Exception;
    }

    private final Body body;
    private final EndpointMetrics metrics;

    JsonEndpoint(Body body, EndpointMetrics metrics) {
        this.body = body;
        this.metrics = metrics;
    }

    @Override
    public void handle(Exchange exchange) throws Exception {
        long begunNs = System.nanoTime();
        int status = ApiError.Type.INTERNAL.status();
        try {
            status = serve(exchange, new Answer(exchange));
        } catch (Exception e) {
            if (hungUp(e)) {
                status = ApiError.Type.CANCELED.status();
            }
            throw e; // the server answers, or breaks the connection
        } finally {
            metrics.count(status, System.nanoTime() - begunNs);
        }
    }

    private int serve(Exchange exchange, Answer answer) throws Exception {
        try {
            requireJsonAccepted(exchange.header("Accept"));
            body.handle(exchange, answer);
            return 200;
        } catch (ApiError e) {
            return refuse(exchange, answer, e);
        } catch (QueryException e) {
            return refuse(exchange, answer, new ApiError(typeOf(e.kind()), e.getMessage(), e));
        }
    }

    private static boolean hungUp(Exception e) {
        return e instanceof IOException || e.getCause() instanceof IOException;
    }

    private static int refuse(Exchange exchange, Answer answer, ApiError error) throws IOException {
        if (answer.begun()) {
            throw error; // half an answer is out: only cutting the connection can tell
        }
        var bytes = new ByteArrayOutputStream();
        new JsonWriter(bytes, 512)
                .beginObject()
                .name("status")
                .string("error")
                .name("errorType")
                .string(error.type().apiName())
                .name("error")
                .string(error.getMessage())
                .endObject()
                .flush();
        exchange.answer(error.type().status(), Answer.JSON, bytes.toString(StandardCharsets.UTF_8));
        return error.type().status();
    }

    static ApiError.Type typeOf(QueryException.Kind kind) {
        return switch (kind) {
            case EXECUTION -> ApiError.Type.EXECUTION;
            case TIMEOUT -> ApiError.Type.TIMEOUT;
            case CANCELED -> ApiError.Type.CANCELED;
        };
    }

    /** JSON is all there is: a client that rules it out is told so. */
    private static void requireJsonAccepted(String accept) {
        if (accept == null || accept.isBlank()) {
            return;
        }
        for (String range : accept.toLowerCase(Locale.ROOT).split(",", -1)) {
            String[] parts = range.split(";", -1);
            String type = parts[0].trim();
            boolean matches =
                    type.equals("*/*") || type.equals("*") || type.equals("application/*") || type.equals(Answer.JSON);
            if (matches && !ruledOut(parts)) {
                return;
            }
        }
        throw new ApiError(
                ApiError.Type.NOT_ACCEPTABLE, "the answer is application/json, which the header Accept does not allow");
    }

    private static boolean ruledOut(String[] parts) {
        for (int i = 1; i < parts.length; i++) {
            if (parts[i].replace(" ", "").matches("q=0(\\.0*)?")) {
                return true;
            }
        }
        return false;
    }
}
