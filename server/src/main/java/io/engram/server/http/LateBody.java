package io.engram.server.http;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.util.thread.Invocable;

/**
 * Reads and forgets what a client still sends of a body that was refused. Closing at once would reset the connection,
 * and with it the refusal that lies unread at the client: a sender that must not repeat a request would see a network
 * error and repeat it.
 */
final class LateBody {
    private static final long MAX_BYTES = 64L << 20;
    private static final long MAX_WAIT_NS = TimeUnit.SECONDS.toNanos(2);

    private LateBody() {}

    /** Returns at the body's end, or when enough was waited for. */
    static void drain(Request request) {
        if (request.getHeaders().contains(HttpHeader.EXPECT)) {
            return; // waits for our word before it sends anything, and has it now
        }
        Semaphore arrived = new Semaphore(0);
        long untilNs = System.nanoTime() + MAX_WAIT_NS;
        long bytes = 0;
        while (bytes < MAX_BYTES) {
            Content.Chunk chunk = request.read();
            if (chunk == null) {
                request.demand(Invocable.from(Invocable.InvocationType.NON_BLOCKING, arrived::release));
                if (!await(arrived, untilNs)) {
                    return;
                }
                continue;
            }
            bytes += chunk.remaining();
            boolean end = chunk.isLast() || Content.Chunk.isFailure(chunk);
            chunk.release();
            if (end) {
                return;
            }
        }
    }

    private static boolean await(Semaphore arrived, long untilNs) {
        try {
            return arrived.tryAcquire(untilNs - System.nanoTime(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
