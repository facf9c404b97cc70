package io.engram.proto.grpc;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.Status;
import java.util.concurrent.LinkedBlockingQueue;

/** The answers to one request, in their order; few are on the way before they are taken. For one thread. */
final class Answers<R> extends ClientCall.Listener<R> implements AutoCloseable {
    private static final int WINDOW = 4;

    private record End(Status status, Metadata trailers) {}

    private final Peer peer;
    private final ClientCall<?, R> call;
    private final String what;
    /** Answers, then an {@link End}. */
    private final LinkedBlockingQueue<Object> came = new LinkedBlockingQueue<>();

    private boolean ended;

    private Answers(Peer peer, ClientCall<?, R> call, String what) {
        this.peer = peer;
        this.call = call;
        this.what = what;
    }

    static <Q, R> Answers<R> of(Peer peer, ClientCall<Q, R> call, Q request, String what) {
        Answers<R> answers = new Answers<>(peer, call, what);
        call.start(answers, new Metadata());
        call.request(WINDOW);
        call.sendMessage(request);
        call.halfClose();
        return answers;
    }

    @Override
    public void onMessage(R message) {
        came.add(message);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
        came.add(new End(status, trailers));
    }

    /** Waits for the next; null behind the last. */
    @SuppressWarnings("unchecked") // what is no end is an answer
    R next() {
        if (ended) {
            return null;
        }
        Object next;
        try {
            next = came.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new Failure(
                    ErrorId.PEER_UNAVAILABLE,
                    what + " of " + peer.name() + " was given up: its thread was interrupted",
                    e);
        }
        if (next instanceof End end) {
            ended = true;
            if (!end.status.isOk()) {
                throw peer.failure(end.status, end.trailers, what);
            }
            return null;
        }
        call.request(1);
        return (R) next;
    }

    /** Tells the other side that nobody waits any more, where more might come. */
    @Override
    public void close() {
        if (!ended) {
            ended = true;
            call.cancel("its caller has what it wants", null);
        }
    }
}
