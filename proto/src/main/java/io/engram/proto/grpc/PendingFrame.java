package io.engram.proto.grpc;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.model.write.WriteOutcome;
import io.engram.proto.PendingPush;
import io.engram.proto.cluster.v1.PushResponse;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/** A frame on its way. Whatever is answered, also where nobody waits, says which series the ingester knows from now on. */
final class PendingFrame implements PendingPush {
    static final long[] NO_TAGS = {};
    private static final String WHAT = "push";

    private final RemotePush push;
    private final byte[] message;
    private final int rowCount;
    /** Of the series that went with labels. */
    private final long[] tags;

    private final CompletableFuture<WriteOutcome> outcome = new CompletableFuture<>();

    PendingFrame(RemotePush push, byte[] message, int rowCount, long[] tags) {
        this.push = push;
        this.message = message;
        this.rowCount = rowCount;
        this.tags = tags;
    }

    /** Its bytes are reserved already. */
    PendingFrame send() {
        ClientCall<RawMessage, PushResponse> call = push.peer().newCall(Methods.PUSH, push.deadline());
        call.start(new Answer(), new Metadata());
        call.request(2); // a second answer is a mistake that must be seen
        call.sendMessage(new RawMessage(message));
        call.halfClose();
        return this;
    }

    @Override
    public WriteOutcome await() throws InterruptedException {
        try {
            return outcome.get();
        } catch (ExecutionException e) {
            throw failure(e.getCause());
        }
    }

    /** Calls back from the transport's thread. */
    @Override
    public void whenDone(Listener listener) {
        outcome.whenComplete((result, why) -> listener.done(result, why == null ? null : failure(why)));
    }

    private Failure failure(Throwable why) {
        return why instanceof Failure failure
                ? failure
                : new Failure(ErrorId.INTERNAL, "a push to " + push.peer().name() + " failed", why);
    }

    /** Called by the transport's thread, which must not be held up. */
    private final class Answer extends ClientCall.Listener<PushResponse> {
        private PushResponse response;

        @Override
        public void onMessage(PushResponse answer) {
            response = answer;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            push.release(message.length);
            if (!status.isOk() || response == null) {
                outcome.completeExceptionally(push.peer().failure(status, trailers, WHAT));
                return;
            }
            try {
                answered(OutcomeMessages.fromMessage(response, rowCount));
            } catch (RuntimeException | Error e) {
                outcome.completeExceptionally(e);
            }
        }
    }

    private void answered(WriteOutcome answer) {
        if (answer == WriteOutcome.ALL_STORED) {
            for (long tag : tags) {
                push.acknowledged().add(tag);
            }
            outcome.complete(answer);
        } else {
            Outbound.run(() -> settle(answer));
        }
    }

    /** Looks at each series of a frame of which some rows were not stored. */
    private void settle(WriteOutcome answer) {
        try {
            WriteBatch batch = new FrameDecoder().decode(message, 0, message.length);
            boolean[] unknown = new boolean[batch.seriesCount];
            boolean[] refused = new boolean[batch.seriesCount];
            int series = 0;
            for (int row = 0; row < rowCount; row++) {
                series = batch.seriesOf(row, row < batch.sampleCount ? series : 0);
                SampleStatus status = answer.of(row);
                unknown[series] |= status == SampleStatus.UNKNOWN_SERIES;
                refused[series] |= !status.success();
            }
            note(batch, unknown, refused);
            outcome.complete(answer);
        } catch (RuntimeException | Error e) {
            outcome.completeExceptionally(e);
        }
    }

    private void note(WriteBatch batch, boolean[] unknown, boolean[] refused) {
        for (int series = 0; series < batch.seriesCount; series++) {
            long tag = AcknowledgedSeries.tag(batch.fingerprintHi[series], batch.fingerprintLo[series]);
            if (unknown[series]) {
                push.acknowledged().forget(tag);
            } else if (batch.labelLength[series] > 0 && !refused[series]) {
                push.acknowledged().add(tag);
            }
        }
    }
}
