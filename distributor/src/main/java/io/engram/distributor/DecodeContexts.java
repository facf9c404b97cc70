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
    private final KnownRefs knownRefs;
    private final long maxLabelBytes;
    private final Semaphore free;
    private final Deque<DecodeContext> idle = new ArrayDeque<>(); // guarded by this

    /** @param maxLabelBytes what the labels of a remote write 2.0 request may take when they are written out */
    DecodeContexts(int count, KnownSeries known, KnownRefs knownRefs, long maxLabelBytes) {
        this.known = known;
        this.knownRefs = knownRefs;
        this.maxLabelBytes = maxLabelBytes;
        this.free = new Semaphore(count);
    }

    DecodeContext take() throws InterruptedException {
        free.acquire();
        synchronized (this) {
            DecodeContext context = idle.pollFirst();
            return context != null ? context : new DecodeContext(known, knownRefs, maxLabelBytes);
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
