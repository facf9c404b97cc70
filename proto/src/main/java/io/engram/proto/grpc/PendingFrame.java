package io.engram.proto.grpc;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.model.write.WriteOutcome;
import io.engram.proto.PendingPush;
import io.engram.proto.cluster.v1.PushResponse;
import io.grpc.ClientCall;
import io.grpc.Deadline;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A frame on its way, and its repetition: series that the ingester does not know are sent again, with the labels that were
 * left out, before anybody is told. That goes on also where nobody waits. The deadline covers both.
 */
final class PendingFrame implements PendingPush {
    static final long[] NO_TAGS = {};
    private static final String WHAT = "push";

    private final RemotePush push;
    private final byte[] message;
    private final int rowCount;
    /** Of the series that went with labels. */
    private final long[] tags;
    /** Null where no labels are kept. */
    private final KeptLabels kept;

    private final Deadline deadline;
    private final CompletableFuture<WriteOutcome> outcome = new CompletableFuture<>();

    PendingFrame(RemotePush push, byte[] message, int rowCount, long[] tags, KeptLabels kept) {
        this.push = push;
        this.message = message;
        this.rowCount = rowCount;
        this.tags = tags;
        this.kept = kept;
        this.deadline = push.deadline();
    }

    /** Its bytes are reserved already. */
    PendingFrame send() {
        send(message, new FirstAnswer());
        return this;
    }

    private void send(byte[] bytes, Answer answer) {
        ClientCall<RawMessage, PushResponse> call = push.peer().newCall(Methods.PUSH, deadline);
        call.start(answer, new Metadata());
        call.request(2); // a second answer is a mistake that must be seen
        call.sendMessage(new RawMessage(bytes));
        call.halfClose();
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

    private void complete(WriteOutcome result) {
        release();
        outcome.complete(result);
    }

    private void fail(Throwable why) {
        release();
        outcome.completeExceptionally(why);
    }

    private void release() {
        if (kept != null) {
            kept.release();
        }
    }

    /** Of one call; called by the transport's thread, which must not be held up. */
    private abstract class Answer extends ClientCall.Listener<PushResponse> {
        private final int bytes;
        private PushResponse response;

        Answer(int bytes) {
            this.bytes = bytes;
        }

        abstract void answered(PushResponse answer);

        @Override
        public void onMessage(PushResponse answer) {
            response = answer;
        }

        @Override
        public void onClose(Status status, Metadata trailers) {
            push.release(bytes);
            if (!status.isOk() || response == null) {
                fail(push.peer().failure(status, trailers, WHAT));
                return;
            }
            try {
                answered(response);
            } catch (RuntimeException | Error e) {
                fail(e);
            }
        }
    }

    private final class FirstAnswer extends Answer {
        FirstAnswer() {
            super(message.length);
        }

        @Override
        void answered(PushResponse answer) {
            WriteOutcome first = OutcomeMessages.fromMessage(answer, rowCount);
            if (first == WriteOutcome.ALL_STORED) {
                for (long tag : tags) {
                    push.acknowledged().add(tag);
                }
                complete(first);
            } else {
                Outbound.run(() -> settle(first));
            }
        }
    }

    /** Looks at each series of a frame of which some rows were not stored. */
    private void settle(WriteOutcome first) {
        try {
            WriteBatch batch = new FrameDecoder().decode(message, 0, message.length);
            boolean[] unknown = new boolean[batch.seriesCount];
            boolean[] refused = new boolean[batch.seriesCount];
            int series = 0;
            for (int row = 0; row < rowCount; row++) {
                series = batch.seriesOf(row, row < batch.sampleCount ? series : 0);
                SampleStatus status = first.of(row);
                unknown[series] |= status == SampleStatus.UNKNOWN_SERIES;
                refused[series] |= !status.success();
            }
            note(batch, unknown, refused);
            if (kept == null || first.count(SampleStatus.UNKNOWN_SERIES) == 0) {
                complete(first);
                return;
            }
            LeftOutLabels.restore(batch, kept.bytes());
            Repetition again = new Repetition(batch, unknown);
            if (again.part().seriesCount == 0) {
                complete(first);
                return;
            }
            byte[] bytes = FrameEncoder.encode(again.part(), LabelledSeries.all(again.part()));
            push.reserveMore(bytes.length);
            send(bytes, new SecondAnswer(bytes.length, first, again));
        } catch (RuntimeException | Error e) {
            fail(e);
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

    private final class SecondAnswer extends Answer {
        private final WriteOutcome first;
        private final Repetition again;

        SecondAnswer(int bytes, WriteOutcome first, Repetition again) {
            super(bytes);
            this.first = first;
            this.again = again;
        }

        @Override
        void answered(PushResponse answer) {
            WriteOutcome second =
                    OutcomeMessages.fromMessage(answer, again.part().rowCount());
            again.forEachSeries(second, push.acknowledged()::add);
            complete(again.merge(first, second, rowCount));
        }
    }
}
