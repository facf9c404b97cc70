package io.engram.distributor;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import java.util.concurrent.atomic.AtomicLong;

/** The memory that bodies in flight may take together. Safe for all threads. */
final class ByteBudget {
    private final long limitBytes;
    private final AtomicLong reserved = new AtomicLong();

    ByteBudget(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /**
     * Reserves; the caller releases the same number.
     *
     * @throws Failure {@link ErrorId#INFLIGHT_BYTES} where that many are not left
     */
    void reserve(long bytes) {
        long before = reserved.getAndAdd(bytes);
        // A request on an idle server is taken however large it is: its own limit is another.
        if (before > 0 && before + bytes > limitBytes) {
            reserved.addAndGet(-bytes);
            throw new Failure(
                    ErrorId.INFLIGHT_BYTES,
                    "writes in flight take " + before + " bytes, this one needs " + bytes + " more, and all may take "
                            + limitBytes + " (distributor.max-inflight-bytes)");
        }
    }

    void release(long bytes) {
        reserved.addAndGet(-bytes);
    }

    long reservedBytes() {
        return reserved.get();
    }
}
