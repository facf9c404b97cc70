package io.engram.app;

import com.codahale.metrics.Counter;
import io.engram.bucket.Operation;
import io.engram.bucket.RequestObserver;
import io.engram.server.metrics.Histogram;
import io.engram.server.metrics.Metrics;
import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;

/** What the bucket is asked, as metrics: how often, how it ended, how long it took, how many bytes. */
final class BucketMetrics implements RequestObserver {
    private static final double[] SECONDS = {0.001, 0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 15, 60};

    private final Map<Operation, OfOperation> operations = new EnumMap<>(Operation.class);

    private record OfOperation(Map<Outcome, Counter> ended, Counter bytes, Histogram seconds) {}

    BucketMetrics(Metrics metrics) {
        for (Operation operation : Operation.values()) {
            String name = operation.name().toLowerCase(Locale.ROOT);
            Map<Outcome, Counter> ended = new EnumMap<>(Outcome.class);
            for (Outcome outcome : Outcome.values()) {
                ended.put(
                        outcome,
                        metrics.counter(
                                "engram_bucket_requests_total",
                                "Calls of the bucket; unmet are those that found nothing, or lost a conditional put.",
                                "operation",
                                name,
                                "outcome",
                                outcome.name().toLowerCase(Locale.ROOT)));
            }
            operations.put(
                    operation,
                    new OfOperation(
                            ended,
                            metrics.counter("engram_bucket_bytes_total", "Bytes read or written.", "operation", name),
                            metrics.histogram(
                                    "engram_bucket_request_duration_seconds",
                                    "Time of a call, further attempts included.",
                                    SECONDS,
                                    "operation",
                                    name)));
        }
    }

    @Override
    public void ended(Operation operation, Outcome outcome, long bytes, long nanos) {
        OfOperation of = operations.get(operation);
        of.ended.get(outcome).inc();
        of.bytes.inc(bytes);
        of.seconds.observe(nanos / 1e9);
    }
}
