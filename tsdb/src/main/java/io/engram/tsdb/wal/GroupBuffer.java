package io.engram.tsdb.wal;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Where appenders and the writer thread meet: records that wait for the disk, and callers that wait for records. One
 * lock, held for the time of a copy. The writer takes all that is there at once, which is the group of a group commit.
 */
final class GroupBuffer {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition work = lock.newCondition(); // the writer waits here
    private final Condition room = lock.newCondition(); // appends wait here
    private final Condition rolled = lock.newCondition();
    private final RecordRing ring; // guarded by lock, as it says
    private final DurabilityWaiters waiters = new DurabilityWaiters(); // guarded by lock
    private final int maxRecordBytes;
    private final long appendTimeoutNanos;
    /** The writer is woken for an append only when this much has gathered; waiters wake it themselves. */
    private final int wakeBytes;

    private long takenPlace; // guarded by lock: the head of the last batch
    private boolean wake; // guarded by lock
    private volatile boolean closing; // written under lock
    private long rollsRequested; // guarded by lock
    private long rollsDone; // guarded by lock
    private long rollPosition; // guarded by lock
    private volatile long appended; // written under lock
    private volatile long acknowledged; // written under lock
    private volatile Throwable refusal; // written under lock; null while the log can be written

    GroupBuffer(WalOptions options, long startPosition) {
        ring = new RecordRing(options.bufferBytes());
        maxRecordBytes = options.maxRecordBytes();
        wakeBytes = options.bufferBytes() / 8;
        appendTimeoutNanos = options.appendTimeout().toNanos();
        appended = startPosition;
        acknowledged = startPosition;
    }

    /**
     * What the writer is to do.
     *
     * @param head write the ring up to here
     * @param position of the last record before {@code head}
     * @param roll number of the newest request to begin a segment
     * @param closing nothing will follow
     */
    record Batch(long head, long position, long roll, boolean closing) {}

    RecordRing ring() {
        return ring;
    }

    long appended() {
        return appended;
    }

    long acknowledged() {
        return acknowledged;
    }

    Throwable refusal() {
        return refusal;
    }

    long bufferedBytes() {
        lock.lock();
        try {
            return ring.usedBytes();
        } finally {
            lock.unlock();
        }
    }

    long append(byte[] bytes, int offset, int length) {
        if (length > maxRecordBytes) {
            throw new IllegalArgumentException(
                    "a record of " + length + " bytes, the log takes " + maxRecordBytes + " at most");
        }
        lock.lock();
        try {
            if (refusal != null || closing || !ring.put(bytes, offset, length)) {
                putWhenRoom(bytes, offset, length);
            }
            if (!wake && ring.head() - takenPlace > wakeBytes) {
                wakeWriter();
            }
            return ++appended; // the only writers hold the lock
        } finally {
            lock.unlock();
        }
    }

    private void putWhenRoom(byte[] bytes, int offset, int length) {
        long left = appendTimeoutNanos;
        do {
            checkAvailable();
            if (left <= 0) {
                throw new Failure(
                        ErrorId.WAL_UNAVAILABLE,
                        "the disk did not take the write-ahead log's " + ring.usedBytes() + " buffered bytes in time");
            }
            wakeWriter();
            try {
                left = room.awaitNanos(left);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new Failure(ErrorId.WAL_UNAVAILABLE, "interrupted while waiting for the write-ahead log", e);
            }
            checkAvailable();
        } while (!ring.put(bytes, offset, length));
    }

    /** Throws what an append would be refused with now. */
    void checkAvailable() {
        Throwable problem = refusal;
        if (problem != null) {
            throw refused(problem);
        }
        if (closing) {
            throw new Failure(ErrorId.WAL_UNAVAILABLE, "the write-ahead log is closed");
        }
    }

    private static Failure refused(Throwable problem) {
        return new Failure(
                ErrorId.WAL_UNAVAILABLE, "the write-ahead log cannot be written: " + problem.getMessage(), problem);
    }

    void await(long position) throws InterruptedException {
        if (position <= acknowledged) {
            return;
        }
        DurabilityWaiters.Parked waiter = new DurabilityWaiters.Parked(position);
        if (!waits(waiter, position)) {
            return;
        }
        Throwable problem;
        try {
            problem = waiter.await();
        } catch (InterruptedException e) {
            lock.lock();
            try {
                waiters.remove(waiter);
            } finally {
                lock.unlock();
            }
            throw e;
        }
        if (problem != null) {
            throw refused(problem);
        }
    }

    void whenAcknowledged(long position, Consumer<Failure> listener) {
        boolean waits;
        try {
            waits = position > acknowledged
                    && waits(
                            new DurabilityWaiters.Listening(
                                    position, problem -> listener.accept(problem == null ? null : refused(problem))),
                            position);
        } catch (Failure e) {
            listener.accept(e);
            return;
        }
        if (!waits) {
            listener.accept(null);
        }
    }

    /** Whether the position is not safe yet, and the waiter is told when it is. */
    private boolean waits(DurabilityWaiters.Waiter waiter, long position) {
        lock.lock();
        try {
            if (position > appended) {
                throw new IllegalArgumentException("position " + position + " is behind the last, " + appended);
            }
            if (position <= acknowledged) {
                return false;
            }
            checkAvailable();
            waiters.add(waiter);
            wakeWriter();
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** Asks for a new segment and waits for it; returns the position at which it starts. */
    long roll() throws InterruptedException {
        lock.lock();
        try {
            long ticket = ++rollsRequested;
            wakeWriter();
            while (rollsDone < ticket) {
                checkAvailable();
                rolled.await();
            }
            return rollPosition;
        } finally {
            lock.unlock();
        }
    }

    void close() {
        lock.lock();
        try {
            closing = true;
            wakeWriter();
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void wakeWriter() {
        wake = true;
        work.signal();
    }

    // What follows is called by the writer thread alone.

    /**
     * Waits for work, for {@code nanos} at most, and takes all there is.
     *
     * @param pausing sit the time out whatever is asked, unless the log closes
     */
    Batch take(long nanos, boolean pausing) {
        lock.lock();
        try {
            long left = nanos;
            while (!closing && (pausing || !wake) && left > 0) {
                left = awaitWork(left);
            }
            wake = false;
            takenPlace = ring.head();
            return new Batch(takenPlace, appended, rollsRequested, closing);
        } finally {
            lock.unlock();
        }
    }

    private long awaitWork(long nanos) {
        try {
            return work.awaitNanos(nanos);
        } catch (InterruptedException e) {
            return 0; // nobody has reason to interrupt the writer; a batch taken early is harmless
        }
    }

    /** What callers wait for has happened up to {@code position}. */
    void acknowledge(long position) {
        List<DurabilityWaiters.Waiter> ready;
        lock.lock();
        try {
            acknowledged = Math.max(acknowledged, position);
            ready = waiters.reached(acknowledged);
        } finally {
            lock.unlock();
        }
        ready.forEach(waiter -> waiter.tell(null));
    }

    /** The ring is on the disk up to {@code place}: its room may be used again. */
    void release(long place) {
        lock.lock();
        try {
            ring.release(place);
            room.signalAll();
        } finally {
            lock.unlock();
        }
    }

    void rolled(long roll, long startPosition) {
        lock.lock();
        try {
            rollsDone = roll;
            rollPosition = startPosition;
            rolled.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** From now on refuses, and tells all that wait. What the ring holds stays for the next attempt. */
    void refuse(Throwable problem) {
        List<DurabilityWaiters.Waiter> all;
        lock.lock();
        try {
            refusal = problem;
            all = waiters.all();
            room.signalAll();
            rolled.signalAll();
        } finally {
            lock.unlock();
        }
        all.forEach(waiter -> waiter.tell(problem));
    }

    /** The log can be written again. */
    void accept() {
        lock.lock();
        try {
            refusal = null;
        } finally {
            lock.unlock();
        }
    }
}
