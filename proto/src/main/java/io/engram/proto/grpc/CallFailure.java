package io.engram.proto.grpc;

import io.engram.model.failure.Cause;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Failures as gRPC carries them: a status for those who know nothing else, id and text in trailers. */
public final class CallFailure {
    private static final Metadata.Key<String> ERROR = Metadata.Key.of("engram-error", Metadata.ASCII_STRING_MARSHALLER);
    private static final Metadata.Key<byte[]> TEXT =
            Metadata.Key.of("engram-text-bin", Metadata.BINARY_BYTE_MARSHALLER);
    /** Transports take 8 KiB of headers together, and bytes grow by a third. */
    private static final int MAX_TEXT_BYTES = 4 << 10;

    private CallFailure() {}

    /** Ends a call with what went wrong: a {@link Failure} as it is, anything else as a mistake of ours. */
    public static void close(ServerCall<?, ?> call, Throwable thrown) {
        Failure failure = thrown instanceof Failure known
                ? known
                : new Failure(ErrorId.INTERNAL, "the call failed: " + thrown, thrown);
        StatusRuntimeException status = status(failure);
        call.close(status.getStatus(), status.getTrailers());
    }

    /** As an exception that gRPC understands. */
    static StatusRuntimeException status(Failure failure) {
        Metadata trailers = new Metadata();
        trailers.put(ERROR, failure.id().name());
        byte[] text = text(failure).getBytes(StandardCharsets.UTF_8);
        trailers.put(TEXT, text.length <= MAX_TEXT_BYTES ? text : Arrays.copyOf(text, MAX_TEXT_BYTES));
        Status status = Status.fromCode(code(failure.id().cause()))
                .withDescription(failure.id().code())
                .withCause(failure);
        return status.asRuntimeException(trailers);
    }

    /** Without the id, which a failure adds itself. */
    private static String text(Failure failure) {
        String end = " (" + failure.id().code() + ")";
        String text = failure.getMessage();
        return text.endsWith(end) ? text.substring(0, text.length() - end.length()) : text;
    }

    private static Status.Code code(Cause cause) {
        return switch (cause) {
            case BAD_REQUEST, METHOD_NOT_ALLOWED, NOT_ACCEPTABLE, UNSUPPORTED_TYPE, TOO_LARGE ->
                Status.Code.INVALID_ARGUMENT;
            case UNAUTHENTICATED -> Status.Code.UNAUTHENTICATED;
            case FORBIDDEN -> Status.Code.PERMISSION_DENIED;
            case NOT_FOUND -> Status.Code.NOT_FOUND;
            case REQUEST_TIMEOUT -> Status.Code.DEADLINE_EXCEEDED;
            case RATE_LIMITED, QUERY_TOO_LARGE -> Status.Code.RESOURCE_EXHAUSTED;
            case UNAVAILABLE -> Status.Code.UNAVAILABLE;
            case BROKEN -> Status.Code.INTERNAL;
        };
    }

    /**
     * What a call that did not end well means to its caller.
     *
     * @param peer whom it went to: {@code ingester 10.0.0.7:9095}
     * @param what it was for: {@code select}
     */
    static Failure of(Status status, Metadata trailers, String peer, String what) {
        String name = trailers == null ? null : trailers.get(ERROR);
        if (name != null) {
            byte[] text = trailers.get(TEXT);
            return told(name, text == null ? "" : new String(text, StandardCharsets.UTF_8), peer, what);
        }
        String reason = status.getDescription() == null
                ? status.getCode().toString()
                : status.getCode() + ": " + status.getDescription();
        String message = "%s of %s failed: %s".formatted(what, peer, reason);
        return switch (status.getCode()) {
            case DEADLINE_EXCEEDED -> new Failure(ErrorId.PEER_TIMEOUT, message, status.getCause());
            case OK -> new Failure(ErrorId.PEER_UNAVAILABLE, what + " of " + peer + " ended early", null);
            default -> new Failure(ErrorId.PEER_UNAVAILABLE, message, status.getCause());
        };
    }

    private static Failure told(String name, String text, String peer, String what) {
        for (ErrorId id : ErrorId.values()) {
            if (id.name().equals(name)) {
                return new Failure(id, id.cause() == Cause.BROKEN ? peer + ": " + text : text);
            }
        }
        return new Failure(
                ErrorId.PEER_UNAVAILABLE,
                "%s of %s was refused by a newer release, with %s: %s".formatted(what, peer, name, text));
    }
}
