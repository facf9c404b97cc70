package io.engram.distributor;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.Semaphore;

/**
 * As many contexts as are decoded at the same time; who comes later waits. The one used last is given first, while its
 * buffers are in the cache. Safe for all threads.
 */
final class DecodeContexts {
    private final KnownSeries known;
    private final Semaphore free;
    private final Deque<DecodeContext> idle = new ArrayDeque<>(); // guarded by this

    DecodeContexts(int count, KnownSeries known) {
        this.known = known;
        this.free = new Semaphore(count);
    }

    DecodeContext take() throws InterruptedException {
        free.acquire();
        synchronized (this) {
            DecodeContext context = idle.pollFirst();
            return context != null ? context : new DecodeContext(known);
        }
    }

    void give(DecodeContext context) {
        context.trim();
        synchronized (this) {
            idle.addFirst(context);
        }
        free.release();
    }
}
