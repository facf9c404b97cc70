package io.engram.server.http;

import io.engram.server.metrics.Histogram;
import io.engram.server.metrics.Metrics;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** Counts requests by route and status. Routes are the patterns, so that strangers' paths cannot make new series. */
final class RequestMetrics {
    private static final Set<String> METHODS = Set.of("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS");
    private static final double[] SECONDS = {
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100
    };
    private static final double[] BYTES = {
        1 << 8, 1 << 10, 1 << 12, 1 << 14, 1 << 16, 1 << 18, 1 << 20, 1 << 22, 1 << 24
    };

    private final Metrics metrics;
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Map<Key, Histogram> durations = new ConcurrentHashMap<>();
    private final Map<Key, Histogram> received = new ConcurrentHashMap<>();
    private final Map<Key, Histogram> sent = new ConcurrentHashMap<>();

    private record Key(String method, String route, int status) {}

    RequestMetrics(Metrics metrics) {
        this.metrics = metrics;
        metrics.gauge("engram_server_inflight_requests", "Requests that are being served.", inFlight::get);
    }

    Flight begin(String method) {
        inFlight.incrementAndGet();
        return new Flight(METHODS.contains(method) ? method : "OTHER", System.nanoTime());
    }

    /** A request that is being served. */
    final class Flight {
        private final String method;
        private final long beginNs;

        private Flight(String method, long beginNs) {
            this.method = method;
            this.beginNs = beginNs;
        }

        /** @param pattern null where no route matched */
        void end(String pattern, int status, long receivedBytes, long sentBytes) {
            inFlight.decrementAndGet();
            String route = pattern == null ? "unknown" : pattern;
            durations
                    .computeIfAbsent(new Key(method, route, status), RequestMetrics.this::duration)
                    .observe((System.nanoTime() - beginNs) / 1e9);
            Key sizes = new Key(method, route, 0);
            received.computeIfAbsent(sizes, RequestMetrics.this::receivedBytes).observe(receivedBytes);
            sent.computeIfAbsent(sizes, RequestMetrics.this::sentBytes).observe(sentBytes);
        }
    }

    private Histogram duration(Key key) {
        return metrics.histogram(
                "engram_server_request_duration_seconds",
                "Time from a request's headers to the end of its answer.",
                SECONDS,
                "method",
                key.method,
                "route",
                key.route,
                "status_code",
                Integer.toString(key.status));
    }

    private Histogram receivedBytes(Key key) {
        return metrics.histogram(
                "engram_server_request_body_bytes",
                "Bytes of the bodies of requests, as sent.",
                BYTES,
                "method",
                key.method,
                "route",
                key.route);
    }

    private Histogram sentBytes(Key key) {
        return metrics.histogram(
                "engram_server_response_body_bytes",
                "Bytes of the bodies of answers, as sent.",
                BYTES,
                "method",
                key.method,
                "route",
                key.route);
    }
}
