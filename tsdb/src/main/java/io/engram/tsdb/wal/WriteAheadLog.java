package io.engram.tsdb.wal;

import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/**
 * The write-ahead log of one ingester, for all its tenants.
 *
 * <p>The path of a record: {@link #append} copies it into a ring of bytes and returns; the writer thread takes all that
 * has gathered, frames it into the current segment with one write, and syncs; {@link #awaitDurable} returns to all whose
 * records that covered. A position is the number of a record since the log began: later records have greater ones, and
 * position p stands for everything up to record p.
 *
 * <p>Thread-safe. One process may open a folder at a time.
 *
 * <p>When the disk fails or is full, appends and waiters get a {@link Failure} with {@link ErrorId#WAL_UNAVAILABLE}
 * until writing works again, which is tried each {@link WalOptions#retryInterval}. Records that were appended before
 * stay in memory and are written then, so that what the head took over reaches the disk.
 */
public final class WriteAheadLog implements AutoCloseable {
    private final GroupBuffer group;
    private final SegmentStore segments;
    private final LogWriter writer;
    private final Thread thread;

    private WriteAheadLog(GroupBuffer group, SegmentStore segments, LogWriter writer) {
        this.group = group;
        this.segments = segments;
        this.writer = writer;
        thread = Thread.ofPlatform().name("wal-writer").daemon().unstarted(writer);
    }

    public static WriteAheadLog open(Path directory, WalOptions options, SegmentPrologue prologue) throws IOException {
        return open(new DirectoryFolder(directory), options, prologue, 0);
    }

    /**
     * Opens the log for appending, behind its last readable record: always in a new segment, so that a torn end stays
     * what it is. Existing records are to be read by {@link LogReader} before that.
     *
     * @param behind positions begin behind this one at least: that of the checkpoint, lest records of an emptied folder
     *     get positions that the checkpoint claims to cover
     * @throws IOException where the folder cannot be listed; a segment that cannot be written is no reason, the log then
     *     refuses until it can
     */
    public static WriteAheadLog open(LogFolder folder, WalOptions options, SegmentPrologue prologue, long behind)
            throws IOException {
        List<SegmentList.Segment> found = SegmentList.scan(folder);
        long last = Math.max(behind, LogReader.lastPosition(folder, found));
        GroupBuffer group = new GroupBuffer(options, last);
        SegmentStore segments = new SegmentStore(folder, found, options.roomBytes());
        WriteAheadLog log = new WriteAheadLog(group, segments, new LogWriter(group, segments, prologue, options));
        log.thread.start();
        return log;
    }

    /**
     * Copies a record into the log's buffer and returns its position. Returns at once unless the buffer is full, where
     * it waits for the disk; may be called under a lock that neither {@link SegmentPrologue} nor the awaiting of
     * positions needs.
     *
     * @param length at most {@link WalOptions#maxRecordBytes}
     * @throws Failure {@link ErrorId#WAL_UNAVAILABLE} where the log cannot be written, or the disk made no room in time;
     *     then the record is not in the log. Append before you change what it describes.
     */
    public long append(byte[] record, int offset, int length) {
        return group.append(record, offset, length);
    }

    /** Throws what {@link #append} would throw now: asked before work that would be for nothing. */
    public void checkAvailable() {
        group.checkAvailable();
    }

    /**
     * Returns when all records up to {@code position} are as safe as {@link WalOptions#sync} says. Whoever found that a
     * sample was there already must wait too, for {@link #position} as it was then: the record of the first may still
     * be on its way, or its sender may have been refused. Virtual threads do not hold their carrier here.
     *
     * @throws Failure {@link ErrorId#WAL_UNAVAILABLE} where that failed; the records may become safe later
     */
    public void awaitDurable(long position) throws InterruptedException {
        group.await(position);
    }

    /**
     * The same for who does not want to wait: calls the listener once, with null when the records are safe, else with what
     * {@link #awaitDurable} would throw.
     *
     * @param listener called by the log's own thread or, before this returns, by the caller's; it must not wait for
     *     anything
     */
    public void whenDurable(long position, Consumer<Failure> listener) {
        group.whenAcknowledged(position, listener);
    }

    /** The position of the last record appended. */
    public long position() {
        return group.appended();
    }

    /** Positions up to this one are acknowledged. */
    public long acknowledgedPosition() {
        return group.acknowledged();
    }

    /**
     * Ends the current segment, synced, and begins another; waits until that is done. A checkpoint of the state at the
     * returned position makes all segments before superfluous. Not to be called under a lock that the prologue needs.
     *
     * @return the position at which the new segment starts: at least {@link #position} at the time of the call
     * @throws Failure {@link ErrorId#WAL_UNAVAILABLE} where the log cannot be written
     */
    public long roll() throws InterruptedException {
        return group.roll();
    }

    /** Deletes segments of which no record is behind {@code position}. To be called when a checkpoint covers that. */
    public void deleteBefore(long position) throws IOException {
        segments.deleteBefore(position);
    }

    /** Bytes of all segments on the disk. */
    public long sizeBytes() {
        return segments.sizeBytes();
    }

    public WalStats stats() {
        return new WalStats(
                group.appended(),
                group.acknowledged(),
                group.bufferedBytes(),
                segments.count(),
                segments.sizeBytes(),
                writer.syncs.get(),
                writer.failures.get(),
                group.refusal() == null);
    }

    /**
     * Writes and syncs what was appended, and ends. Appends that come later are refused.
     *
     * @throws IOException where records are left that could not be written
     */
    @Override
    public void close() throws IOException {
        group.close();
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true; // the writer ends by itself; leaving early could cost acknowledged records
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (writer.incomplete()) {
            throw new IOException(
                    "the write-ahead log ended at position " + group.acknowledged() + ", records up to "
                            + group.appended() + " could not be written",
                    group.refusal());
        }
    }
}
