package io.engram.proto.grpc;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import java.util.concurrent.CancellationException;

/** A method with one request and any number of answers; it may block, and does on a virtual thread. */
final class AnswerMethod<Q, R> implements ServerCallHandler<Q, R> {
    /** Answers a request; what it throws ends the call. */
    @FunctionalInterface
    interface Work<Q, R> {
        void answer(Q request, Outbound<R> out);
    }

    private final Work<Q, R> work;

    AnswerMethod(Work<Q, R> work) {
        this.work = work;
    }

    @Override
    public ServerCall.Listener<Q> startCall(ServerCall<Q, R> call, Metadata headers) {
        call.request(2); // a second one is a mistake that must be seen
        Outbound<R> out = new Outbound<>(call);
        return new ServerCall.Listener<>() {
            private Q request;

            @Override
            public void onMessage(Q message) {
                if (request != null) {
                    out.fail(new Failure(ErrorId.FRAME_INVALID, "a call brings two requests"));
                }
                request = message;
            }

            @Override
            public void onHalfClose() {
                if (request == null) {
                    out.fail(new Failure(ErrorId.FRAME_INVALID, "a call brings no request"));
                } else {
                    Outbound.run(() -> serve(request, out));
                }
            }

            @Override
            public void onReady() {
                out.ready();
            }

            @Override
            public void onCancel() {
                out.cancelled();
            }
        };
    }

    private void serve(Q request, Outbound<R> out) {
        try {
            work.answer(request, out);
            out.complete();
        } catch (CancellationException _) {
            out.cancelled();
        } catch (RuntimeException | Error e) {
            out.fail(e);
        }
    }
}
