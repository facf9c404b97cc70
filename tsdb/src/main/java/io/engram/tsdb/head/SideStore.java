package io.engram.tsdb.head;

import io.engram.tsdb.wal.CorruptRecord;
import io.engram.tsdb.wal.RecordCursor;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * What one lane (a stripe of a tenant, or the tenant as a whole) has of one {@link SideKind}, by series number. Every
 * method is called under the lane's lock. A store says by a flag in a series' record that it has something of it, so
 * that floats in order, and queries of series that have nothing else, never come here.
 *
 * <p>What is appended goes to the log before the lock is given back ({@link SideAppender}); what a checkpoint has and what
 * the log has behind it make the same store again.
 */
interface SideStore {
    SideKind kind();

    /** Writes all there is, entry by entry: a copy in memory, so that the lock is given back before the disk is asked. */
    void write(SectionPages to);

    /**
     * Takes up a section that {@link #write} filled.
     *
     * @param version of the release that wrote it, at most that of the {@link #kind}
     * @throws IOException where the bytes are no such section
     */
    void read(ByteBuffer section, int version, RecoveredSeries series) throws IOException;

    /**
     * Repeats what a record of the log says, without judging it. What is there already stays: some of it may be in the
     * checkpoint.
     */
    void replay(RecordCursor payload, RecoveredSeries series) throws CorruptRecord;

    /** Adds the chunks of a series that overlap the range of a fetch; a store without chunks adds none. */
    default void addChunks(int series, SideChunks to) {}

    /** Says when a series has chunks in the range of a select; a store without chunks says nothing. */
    default void addTimes(int series, SideTimes to) {}

    /** The series is idle: what can go to the files of sealed chunks should. */
    default void seal(int series, long fingerprintLo) {}

    /** What is older than {@code cutMs} will not be asked for again. */
    void truncate(long cutMs);

    /** The series is gone. Nothing happens where the store has nothing of it. */
    void remove(int series);

    /** Memory that belongs to the store. */
    long bytes();
}
