package io.engram.tsdb.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The writer thread of a log.
 *
 * <ol>
 *   <li>Take all that was appended; frame it into the current segment; hand it to the operating system.
 *   <li>Sync: in {@link SyncMode#COMMIT} after each batch, which waits for others until {@link #GATHER_NANOS} have passed
 *       since the sync before; in {@link SyncMode#INTERVAL} when the interval is over, or half of the ring waits. Only then
 *       does the ring forget the records.
 *   <li>If anything failed, the segment is given up: nothing is known about its bytes since the last sync, and a second
 *       fdatasync that succeeds would prove nothing. The next segment repeats all records that were not synced.
 *   <li>If that fails too, the log refuses appends and waiters, keeps the ring, and tries again after each pause. It
 *       accepts again when the whole ring is synced.
 * </ol>
 */
final class LogWriter implements Runnable {
    private static final Logger LOG = LoggerFactory.getLogger(LogWriter.class);
    private static final int BUFFER_BYTES = 1 << 20;

    /**
     * From one sync's begin to the next. A sync costs a tenth of a millisecond of CPU, whatever it covers: so syncs take
     * five hundredths of a core at most.
     */
    private static final long GATHER_NANOS = 2_000_000;

    private final GroupBuffer group;
    private final RecordRing ring;
    private final SegmentStore segments;
    private final SegmentPrologue prologue;
    private final SyncMode mode;
    private final long segmentBytes;
    private final long syncNanos;
    private final long retryNanos;
    private final long pressureBytes;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);

    private SegmentWriter segment; // null before the first, and after a failure
    private boolean reliedUpon; // somebody was told that records of this segment are safe
    private long place; // in the ring: what is before it is framed
    private long position; // of the last framed record
    private long syncedPlace;
    private long syncedPosition;
    private long unsyncedSince; // System.nanoTime() of the first write since the last sync
    private long syncBegan = System.nanoTime() - GATHER_NANOS;
    private long rollsDone;
    private int failuresInARow;

    final AtomicLong syncs = new AtomicLong();
    final AtomicLong failures = new AtomicLong();

    LogWriter(GroupBuffer group, SegmentStore segments, SegmentPrologue prologue, WalOptions options) {
        this.group = group;
        this.segments = segments;
        this.prologue = prologue;
        ring = group.ring();
        mode = options.sync();
        segmentBytes = options.segmentBytes();
        syncNanos = options.syncInterval().toNanos();
        retryNanos = options.retryInterval().toNanos();
        pressureBytes = options.bufferBytes() / 2;
        position = group.appended();
        syncedPosition = position;
    }

    @Override
    public void run() {
        GroupBuffer.Batch batch = group.take(0, false); // begins the first segment at once
        step(batch);
        while (!batch.closing()) {
            batch = group.take(pauseNanos(), refusing());
            step(gathered(batch));
        }
        if (segment != null) {
            try {
                segments.end(segment);
            } catch (IOException e) {
                LOG.warn("the last segment is synced, but could not be closed", e);
            }
        }
    }

    /** The batch with what comes until the next sync may begin: a busy log shares syncs, a quiet one waits for nobody. */
    private GroupBuffer.Batch gathered(GroupBuffer.Batch batch) {
        long left = syncBegan + GATHER_NANOS - System.nanoTime();
        boolean soon = mode == SyncMode.COMMIT && left > 0 && position < batch.position();
        return soon ? group.take(left, true) : batch;
    }

    /** Whether records are left that could not be written: read after the thread's end. */
    boolean incomplete() {
        return syncedPosition < group.appended();
    }

    private boolean refusing() {
        return failuresInARow > 1;
    }

    private long pauseNanos() {
        if (refusing()) {
            return retryNanos;
        }
        return position == syncedPosition ? syncNanos : unsyncedSince + syncNanos - System.nanoTime();
    }

    private void step(GroupBuffer.Batch batch) {
        do {
            try {
                write(batch);
                if (failuresInARow > 0) {
                    LOG.info("the write-ahead log is written again, up to position {}", position);
                    failuresInARow = 0;
                    group.accept();
                }
                return;
            } catch (IOException | RuntimeException e) {
                giveUp(e);
            }
        } while (!refusing());
    }

    private void giveUp(Exception e) {
        failures.incrementAndGet();
        failuresInARow++;
        if (segment != null) {
            segments.abandon(segment, reliedUpon, e);
            segment = null;
        }
        place = syncedPlace;
        position = syncedPosition;
        if (failuresInARow == 1) {
            LOG.warn("a segment failed behind position {}; the next one repeats what was not synced", position, e);
        } else {
            if (failuresInARow == 2) {
                LOG.error("the write-ahead log cannot be written; refusing until it can", e);
            }
            group.refuse(e);
        }
    }

    private void write(GroupBuffer.Batch batch) throws IOException {
        boolean afterFailure = failuresInARow > 0;
        if (segment == null) {
            begin(afterFailure);
        }
        if (position == syncedPosition && position < batch.position()) {
            unsyncedSince = System.nanoTime();
        }
        while (position < batch.position()) {
            place = ring.settle(place);
            int length = ring.length(place);
            if (segment.hasRecords() && segment.sizeBytes() + length > segmentBytes) {
                roll();
            }
            segment.add(position + 1, ring.bytes(), ring.index(place), length);
            position++;
            place += RecordRing.entryBytes(length);
        }
        flush();
        if (mode == SyncMode.INTERVAL && !afterFailure) {
            acknowledge();
        }
        if (afterFailure || syncDue(batch)) {
            sync();
        }
        if (batch.roll() > rollsDone) {
            roll();
            rollsDone = batch.roll();
            group.rolled(rollsDone, position);
        }
    }

    private boolean syncDue(GroupBuffer.Batch batch) {
        return position > syncedPosition
                && (mode == SyncMode.COMMIT
                        || batch.closing()
                        || place - syncedPlace > pressureBytes
                        || System.nanoTime() - unsyncedSince >= syncNanos);
    }

    private void begin(boolean repeats) throws IOException {
        segment = segments.begin(position, repeats, buffer, prologue);
        reliedUpon = false;
    }

    /** Ends the segment, synced, and begins the next. */
    private void roll() throws IOException {
        flush();
        sync();
        SegmentWriter full = segment;
        segment = null; // whatever fails from here on, this segment is complete
        segments.end(full);
        begin(false);
    }

    private void flush() throws IOException {
        segment.flush();
        segments.grown(segment);
    }

    private void sync() throws IOException {
        syncBegan = System.nanoTime();
        segment.sync();
        syncs.incrementAndGet();
        syncedPlace = place;
        syncedPosition = position;
        group.release(place);
        acknowledge();
    }

    private void acknowledge() {
        reliedUpon = true;
        group.acknowledge(position);
    }
}
