package io.engram.proto.grpc;

import io.engram.model.failure.Failure;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Deadline;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;

/** One other instance, as its clients call it. Safe for all threads. */
final class Peer implements AutoCloseable {
    private final String name;
    private final ManagedChannel channel;
    private final ConnectionsConfig config;
    private final LongSupplier timesConnected;
    private final Runnable onClose;
    private final AtomicBoolean closed = new AtomicBoolean();

    Peer(
            String role,
            String address,
            ManagedChannel channel,
            ConnectionsConfig config,
            LongSupplier timesConnected,
            Runnable onClose) {
        this.name = role + " " + address;
        this.channel = channel;
        this.config = config;
        this.timesConnected = timesConnected;
        this.onClose = onClose;
    }

    /** {@code ingester 10.0.0.7:9095}. */
    String name() {
        return name;
    }

    /** How many connections to it have come about. */
    long timesConnected() {
        return timesConnected.getAsLong();
    }

    Deadline pushDeadline() {
        return Deadline.after(config.pushTimeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    Deadline readDeadline() {
        return Deadline.after(config.readTimeout().toMillis(), TimeUnit.MILLISECONDS);
    }

    /** Not started yet. */
    <Q, R> ClientCall<Q, R> newCall(MethodDescriptor<Q, R> method, Deadline deadline) {
        CallOptions options = CallOptions.DEFAULT.withDeadline(deadline);
        if (config.compression() == ConnectionsConfig.Compression.GZIP) {
            options = options.withCompression("gzip");
        }
        return channel.newCall(method, options);
    }

    /** Sends the request of a read. */
    <Q, R> Answers<R> call(MethodDescriptor<Q, R> method, Q request) {
        return Answers.of(this, newCall(method, readDeadline()), request, method.getBareMethodName());
    }

    /** The only answer of a read. */
    <Q, R> R one(MethodDescriptor<Q, R> method, Q request) {
        try (Answers<R> answers = call(method, request)) {
            R answer = answers.next();
            answers.next(); // the end, which may say that the answer is none
            if (answer == null) {
                throw failure(Status.OK, null, method.getBareMethodName());
            }
            return answer;
        }
    }

    /** What a call that ended so means to its caller. */
    Failure failure(Status status, Metadata trailers, String what) {
        return CallFailure.of(status, trailers, name, what);
    }

    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            onClose.run();
        }
    }
}
