package io.engram.proto.grpc;

import java.util.concurrent.atomic.AtomicInteger;

/** Labels that frames left out, for as long as one of these frames is on its way. Begins with one user. Safe for all threads. */
final class KeptLabels {
    private final LeftOutLabels pool;
    private final byte[] bytes;
    private final AtomicInteger users = new AtomicInteger(1);

    KeptLabels(LeftOutLabels pool, byte[] bytes) {
        this.pool = pool;
        this.bytes = bytes;
    }

    /** As {@link LeftOutLabels} describes them; borrowed until the last user has gone. */
    byte[] bytes() {
        return bytes;
    }

    /** One more user; called while there is one. */
    KeptLabels retain() {
        users.incrementAndGet();
        return this;
    }

    void release() {
        if (users.decrementAndGet() == 0) {
            pool.release(bytes);
        }
    }
}
