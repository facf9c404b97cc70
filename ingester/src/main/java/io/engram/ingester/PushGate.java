package io.engram.ingester;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Supplier;

/**
 * Lets pushes through until it is shut for good. Whoever shut it knows that no push will store anything any more: what is
 * cut then is all there will ever be. Safe for all threads.
 */
final class PushGate {
    private final ReadWriteLock lock = new ReentrantReadWriteLock();
    private volatile boolean shut; // set under the write lock

    /** @throws Failure {@link ErrorId#SHUTTING_DOWN} where it is shut: the copy counts as failed, and the others decide */
    <T> T pass(Supplier<T> push) {
        lock.readLock().lock();
        try {
            if (shut) {
                throw new Failure(ErrorId.SHUTTING_DOWN, "the ingester leaves and takes no more samples");
            }
            return push.get();
        } finally {
            lock.readLock().unlock();
        }
    }

    /** Returns when the pushes that passed have stored what they brought. */
    void shut() {
        lock.writeLock().lock();
        try {
            shut = true;
        } finally {
            lock.writeLock().unlock();
        }
    }

    boolean isShut() {
        return shut;
    }
}
