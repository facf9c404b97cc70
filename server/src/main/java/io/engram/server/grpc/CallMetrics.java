package io.engram.server.grpc;

import com.codahale.metrics.Counter;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.proto.grpc.CallFailure;
import io.engram.server.metrics.Histogram;
import io.engram.server.metrics.Metrics;
import io.grpc.ForwardingServerCall;
import io.grpc.ForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import io.grpc.Status;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts calls by method and status, refuses those beyond the bound, and logs what failed by a mistake of ours. Methods are
 * those that are served: gRPC itself answers others.
 */
final class CallMetrics implements ServerInterceptor {
    private static final Logger LOG = LoggerFactory.getLogger(CallMetrics.class);
    private static final double[] SECONDS = {
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 25, 50, 100
    };

    private final Metrics metrics;
    private final int maxInflight;
    private final AtomicInteger inflight = new AtomicInteger();
    private final Map<Key, Counter> requests = new ConcurrentHashMap<>();
    private final Map<String, Histogram> durations = new ConcurrentHashMap<>();

    private record Key(String method, Status.Code status) {}

    CallMetrics(Metrics metrics, int maxInflight) {
        this.metrics = metrics;
        this.maxInflight = maxInflight;
        metrics.gauge(
                "engram_grpc_inflight_requests", "Calls of other instances that are being served.", inflight::get);
    }

    int inflight() {
        return inflight.get();
    }

    @Override
    public <Q, R> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
        Flight flight = new Flight(call.getMethodDescriptor().getFullMethodName());
        ServerCall<Q, R> counted = new ForwardingServerCall.SimpleForwardingServerCall<>(call) {
            @Override
            public void close(Status status, Metadata trailers) {
                flight.ended(status);
                super.close(status, trailers);
            }
        };
        if (inflight.get() > maxInflight) {
            CallFailure.close(
                    counted,
                    new Failure(
                            ErrorId.SERVER_BUSY,
                            "%d calls of other instances are being served, as many as may (server.grpc-max-inflight-requests)"
                                    .formatted(maxInflight)));
            return new ServerCall.Listener<>() {};
        }
        return new ForwardingServerCallListener.SimpleForwardingServerCallListener<>(next.startCall(counted, headers)) {
            @Override
            public void onComplete() {
                flight.ended(Status.UNKNOWN); // by gRPC itself, where it was not ended before
                super.onComplete();
            }

            @Override
            public void onCancel() {
                flight.ended(Status.CANCELLED);
                super.onCancel();
            }
        };
    }

    private final class Flight {
        private final String method;
        private final long beginNs = System.nanoTime();
        private final AtomicBoolean ended = new AtomicBoolean();

        Flight(String method) {
            this.method = method;
            inflight.incrementAndGet();
        }

        void ended(Status status) {
            if (ended.compareAndSet(false, true)) {
                inflight.decrementAndGet();
                requests.computeIfAbsent(new Key(method, status.getCode()), CallMetrics.this::counter)
                        .inc();
                durations
                        .computeIfAbsent(method, CallMetrics.this::duration)
                        .observe((System.nanoTime() - beginNs) / 1e9);
                if (status.getCode() == Status.Code.INTERNAL) {
                    LOG.atError()
                            .addKeyValue("method", method)
                            .setCause(status.getCause())
                            .log("a call of another instance failed");
                }
            }
        }
    }

    private Counter counter(Key key) {
        return metrics.counter(
                "engram_grpc_requests_total",
                "Calls of other instances that were served or refused, by gRPC's status.",
                "method",
                key.method,
                "status",
                key.status.toString());
    }

    private Histogram duration(String method) {
        return metrics.histogram(
                "engram_grpc_request_duration_seconds",
                "Time from a call's headers to the end of its answer.",
                SECONDS,
                "method",
                method);
    }
}
