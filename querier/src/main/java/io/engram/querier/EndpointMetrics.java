package io.engram.querier;

import com.codahale.metrics.Counter;
import io.engram.server.metrics.Histogram;
import io.engram.server.metrics.Metrics;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How often one endpoint was asked, how it answered, how long it took. Safe for many threads. */
final class EndpointMetrics {
    private static final double[] SECONDS = {
        0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120
    };

    private final Metrics metrics;
    private final String endpoint;
    private final Histogram durations;
    private final Map<Integer, Counter> requests = new ConcurrentHashMap<>();

    EndpointMetrics(Metrics metrics, String endpoint) {
        this.metrics = metrics;
        this.endpoint = endpoint;
        this.durations = metrics.histogram(
                "engram_querier_request_duration_seconds",
                "How long requests to the query API took, the writing of the answer included.",
                SECONDS,
                "endpoint",
                endpoint);
    }

    void count(int status, long tookNs) {
        durations.observe(tookNs / 1e9);
        requests.computeIfAbsent(status, this::requests).inc();
    }

    private Counter requests(int status) {
        return metrics.counter(
                "engram_querier_requests_total",
                "Requests to the query API by endpoint and status.",
                "endpoint",
                endpoint,
                "status_code",
                Integer.toString(status));
    }
}
