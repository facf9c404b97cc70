package io.engram.proto.grpc;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.write.WriteBatch;
import io.engram.model.write.WriteOutcome;
import io.engram.proto.PendingPush;
import io.engram.proto.Push;
import io.engram.proto.cluster.v1.PushResponse;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Takes frames. The transport's thread only hands them on; one of few threads decodes and appends, while the frame is in its
 * cache; nobody waits until the samples are durable: whoever finds that they are answers.
 */
final class PushMethod implements ServerCallHandler<RawMessage, PushResponse> {
    private final Push push;
    private final PushThreads threads;
    private final long maxWaitingBytes;
    /** Of frames that no thread has taken up yet. */
    private final AtomicLong waitingBytes = new AtomicLong();

    PushMethod(Push push, PushThreads threads, long maxWaitingBytes) {
        this.push = push;
        this.threads = threads;
        this.maxWaitingBytes = maxWaitingBytes;
    }

    @Override
    public ServerCall.Listener<RawMessage> startCall(ServerCall<RawMessage, PushResponse> call, Metadata headers) {
        call.request(2);
        return new Frame(new Outbound<>(call));
    }

    private final class Frame extends ServerCall.Listener<RawMessage> {
        private final Outbound<PushResponse> out;
        private RawMessage message;

        Frame(Outbound<PushResponse> out) {
            this.out = out;
        }

        @Override
        public void onMessage(RawMessage frame) {
            if (message != null) {
                frame.close();
                out.fail(new Failure(ErrorId.FRAME_INVALID, "a push brings two frames"));
                return;
            }
            message = frame;
        }

        @Override
        public void onHalfClose() {
            RawMessage frame = message;
            message = null;
            if (frame == null) {
                out.fail(new Failure(ErrorId.FRAME_INVALID, "a push brings no frame"));
                return;
            }
            if (waitingBytes.addAndGet(frame.length()) > maxWaitingBytes) {
                waitingBytes.addAndGet(-frame.length());
                frame.close();
                out.fail(new Failure(
                        ErrorId.SERVER_BUSY,
                        "frames of %d bytes wait to be appended, as many as may".formatted(maxWaitingBytes)));
                return;
            }
            if (!threads.execute(context -> append(context, frame))) {
                waitingBytes.addAndGet(-frame.length());
                frame.close();
                out.fail(new Failure(ErrorId.SHUTTING_DOWN, "the ingester stops"));
            }
        }

        @Override
        public void onReady() {
            out.ready();
        }

        @Override
        public void onCancel() {
            out.cancelled();
            if (message != null) { // cut off before its end
                message.close();
                message = null;
            }
        }

        private void append(PushThreads.Context context, RawMessage frame) {
            try {
                waitingBytes.addAndGet(-frame.length());
                if (out.hasEnded()) {
                    frame.close(); // nobody waits any more: its sender sends it again, here or elsewhere
                    return;
                }
                byte[] bytes = context.buffer(frame.length());
                int length = frame.copyTo(bytes);
                WriteBatch batch = context.decoder.decode(bytes, 0, length);
                int rows = batch.rowCount();
                PendingPush pending = push.push(batch);
                pending.whenDone((outcome, failure) -> answer(outcome, rows, failure));
            } catch (RuntimeException | Error e) {
                out.fail(e);
            } finally {
                context.decoder.release();
            }
        }

        private void answer(WriteOutcome outcome, int rows, RuntimeException failure) {
            if (failure == null) {
                out.answer(OutcomeMessages.toMessage(outcome, rows));
            } else {
                out.fail(failure);
            }
        }
    }
}
