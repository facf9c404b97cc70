package io.engram.tsdb.head;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.tsdb.wal.WriteAheadLog;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.function.Consumer;

/**
 * The log as the heads use it: what is in memory goes into the log, also where the log refused it at first. Such records
 * wait here; until they are in, no batch is taken and nobody is told that samples are safe. What waits is bounded by the
 * batches that were under way. Thread-safe.
 */
final class HeadLog {
    /** The position of a record that the log did not take. */
    private static final long REFUSED = Long.MAX_VALUE;

    private final WriteAheadLog wal;
    private final ArrayDeque<byte[]> waiting = new ArrayDeque<>(); // guarded by this
    private volatile boolean behind; // written under this: waiting is not empty

    HeadLog(WriteAheadLog wal) {
        this.wal = wal;
    }

    /** Takes what is in memory already; never fails. Returns the position to {@linkplain #awaitDurable wait} for. */
    long append(byte[] record, int length) {
        if (!behind) {
            try {
                return wal.append(record, 0, length);
            } catch (Failure e) {
                // keep it: its samples can be seen, and their retries will be taken for duplicates
            }
        }
        synchronized (this) {
            waiting.add(Arrays.copyOf(record, length));
            behind = true;
        }
        return REFUSED;
    }

    /** @throws Failure where a batch would not get into the log now */
    void checkAvailable() {
        wal.checkAvailable();
        if (behind) {
            catchUp();
        }
    }

    private synchronized void catchUp() {
        while (!waiting.isEmpty()) {
            byte[] record = waiting.peek();
            wal.append(record, 0, record.length);
            waiting.remove();
        }
        behind = false;
    }

    /** Position of the last record, to wait for what others appended. */
    long lastPosition() {
        return behind ? REFUSED : wal.position();
    }

    /** The position behind which records are that come after this call; records that wait here come later, and again. */
    long position() {
        return wal.position();
    }

    void awaitDurable(long position) throws InterruptedException {
        if (position == REFUSED) {
            throw refused();
        }
        if (position > 0) {
            wal.awaitDurable(position);
        }
    }

    /** @see WriteAheadLog#whenDurable */
    void whenDurable(long position, Consumer<Failure> listener) {
        if (position == REFUSED) {
            listener.accept(refused());
        } else if (position > 0) {
            wal.whenDurable(position, listener);
        } else {
            listener.accept(null);
        }
    }

    private static Failure refused() {
        return new Failure(ErrorId.WAL_UNAVAILABLE, "the write-ahead log did not take the samples");
    }
}
