package io.engram.proto.grpc;

import io.grpc.Context;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.Status;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The way back of one call on the server: a message is handed over only when the transport has sent most of what it was
 * given before, so that a client that reads slowly holds up who answers, not the server's memory. Safe for many threads.
 */
final class Outbound<R> {
    private final ServerCall<?, R> call;
    /** One message at a time; held while its sender waits. */
    private final ReentrantLock sending = new ReentrantLock(true);

    private final ReentrantLock state = new ReentrantLock();
    private final Condition changed = state.newCondition();
    private boolean headersSent; // guarded by sending
    private boolean ended; // guarded by state; nothing is sent any more

    Outbound(ServerCall<?, R> call) {
        this.call = call;
    }

    /** Runs on a thread of its own, in the call's context: what it calls has the call's deadline and ends with it. */
    static void run(Runnable work) {
        Thread.ofVirtual().name("grpc-answer").start(Context.current().wrap(work));
    }

    /** @throws CancellationException where the call has ended meanwhile */
    void send(R message) {
        sending.lock();
        try {
            awaitReady();
            if (!headersSent) {
                headersSent = true;
                call.sendHeaders(new Metadata());
            }
            call.sendMessage(message);
        } finally {
            sending.unlock();
        }
    }

    private void awaitReady() {
        state.lock();
        try {
            while (!ended && !call.isReady()) {
                changed.awaitUninterruptibly();
            }
            if (ended) {
                throw new CancellationException("the call has ended");
            }
        } finally {
            state.unlock();
        }
    }

    /** The transport has room again. */
    void ready() {
        state.lock();
        try {
            changed.signalAll();
        } finally {
            state.unlock();
        }
    }

    /** The client is gone or has lost interest. */
    void cancelled() {
        end();
    }

    boolean hasEnded() {
        state.lock();
        try {
            return ended;
        } finally {
            state.unlock();
        }
    }

    /** Sends a single small message as the whole answer, without waiting for room; does nothing where the call has ended. */
    void answer(R message) {
        if (end()) {
            sending.lock();
            try {
                headersSent = true;
                call.sendHeaders(new Metadata());
                call.sendMessage(message);
                call.close(Status.OK, new Metadata());
            } finally {
                sending.unlock();
            }
        }
    }

    void complete() {
        if (end()) {
            sending.lock();
            try {
                if (!headersSent) {
                    headersSent = true;
                    call.sendHeaders(new Metadata());
                }
                call.close(Status.OK, new Metadata());
            } finally {
                sending.unlock();
            }
        }
    }

    /** Does nothing where the call has ended. */
    void fail(Throwable thrown) {
        if (end()) {
            sending.lock();
            try {
                CallFailure.close(call, thrown);
            } finally {
                sending.unlock();
            }
        }
    }

    /** Whether it had not ended before. */
    private boolean end() {
        state.lock();
        try {
            boolean first = !ended;
            ended = true;
            changed.signalAll();
            return first;
        } finally {
            state.unlock();
        }
    }
}
