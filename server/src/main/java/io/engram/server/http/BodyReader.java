package io.engram.server.http;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.server.ServerConfig;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpException;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.io.EofException;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Invocable;

/**
 * Gathers the body of a request in one array: each byte is copied once, out of the connection's buffer. Blocks its
 * virtual thread while the body is on its way, and gives up on bodies that come too slowly: within the grace period
 * they may be as slow as they like, afterwards their mean rate counts, and no pause is longer than the grace period.
 */
final class BodyReader {
    /** How much of a declared length is believed before bytes come: a header alone must not cost much memory. */
    private static final long MAX_TRUSTED_BYTES = 1 << 20;

    private final long graceNs;
    private final long minRateBytes;

    BodyReader(ServerConfig config) {
        this.graceNs = config.bodyGracePeriod().toNanos();
        this.minRateBytes = config.minBodyRateBytes();
    }

    /**
     * @throws Failure {@link ErrorId#REQUEST_TOO_LARGE}, {@link ErrorId#REQUEST_TOO_SLOW} or {@link
     *     ErrorId#REQUEST_MALFORMED}
     * @throws IOException the client is gone
     */
    void read(Request request, ByteBuf into, long limitBytes) throws IOException {
        into.clear();
        long declared = request.getLength();
        if (declared > limitBytes) {
            throw tooLarge(limitBytes);
        }
        if (declared > 0) {
            into.ensureRoom((int) Math.min(declared, MAX_TRUSTED_BYTES));
        }
        Semaphore arrived = new Semaphore(0);
        long beginNs = System.nanoTime();
        while (true) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                await(request, arrived, beginNs, into.length());
                continue;
            }
            if (Content.Chunk.isFailure(chunk)) {
                throw translate(chunk.getFailure(), limitBytes);
            }
            boolean last = chunk.isLast();
            try {
                append(chunk.getByteBuffer(), into, limitBytes);
            } finally {
                chunk.release();
            }
            if (last) {
                return;
            }
        }
    }

    private static void append(ByteBuffer bytes, ByteBuf into, long limitBytes) {
        int count = bytes.remaining();
        if (into.length() + (long) count > limitBytes) {
            throw tooLarge(limitBytes);
        }
        into.ensureRoom(count);
        bytes.get(into.array(), into.length(), count);
        into.advance(count);
    }

    private void await(Request request, Semaphore arrived, long beginNs, long receivedBytes) throws IOException {
        request.demand(Invocable.from(Invocable.InvocationType.NON_BLOCKING, arrived::release));
        long allowedNs = graceNs + TimeUnit.SECONDS.toNanos(receivedBytes) / minRateBytes;
        long leftNs = Math.min(graceNs, beginNs + allowedNs - System.nanoTime());
        try {
            if (!arrived.tryAcquire(Math.max(0, leftNs), TimeUnit.NANOSECONDS)) {
                throw tooSlow(receivedBytes);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw (IOException) new InterruptedIOException("interrupted while a body was on its way").initCause(e);
        }
    }

    private Failure tooSlow(long receivedBytes) {
        return new Failure(
                ErrorId.REQUEST_TOO_SLOW,
                "the body came too slowly: " + receivedBytes + " bytes so far; after "
                        + Duration.ofNanos(graceNs).toSeconds() + " s at least " + minRateBytes
                        + " bytes per second are asked for (server.min-body-rate-bytes, server.body-grace-period)");
    }

    private static Failure tooLarge(long limitBytes) {
        return new Failure(
                ErrorId.REQUEST_TOO_LARGE, "the body has more than the " + limitBytes + " bytes that it may have");
    }

    /** Returns what is the client's end of the connection's fault, throws what we can answer. */
    private static IOException translate(Throwable failure, long limitBytes) {
        if (failure instanceof EofException) {
            // Half closed, or gone: who can still be told is told.
            throw new Failure(ErrorId.REQUEST_MALFORMED, "the connection ended before the body did", failure);
        }
        if (failure instanceof HttpException http) {
            if (http.getCode() == 413) {
                throw tooLarge(limitBytes);
            }
            throw new Failure(ErrorId.REQUEST_MALFORMED, "the body is not legal HTTP: " + http.getReason(), failure);
        }
        if (failure instanceof TimeoutException) {
            throw new Failure(
                    ErrorId.REQUEST_TOO_SLOW, "the body stopped coming: nothing for server.idle-timeout", failure);
        }
        return failure instanceof IOException io ? io : new IOException("the body broke off", failure);
    }
}
