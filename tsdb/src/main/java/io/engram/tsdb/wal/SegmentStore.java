package io.engram.tsdb.wal;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The segments that exist, and the only place that creates and deletes them. Thread-safe: the writer thread begins
 * segments while a checkpoint deletes old ones.
 */
final class SegmentStore {
    private static final Logger LOG = LoggerFactory.getLogger(SegmentStore.class);

    private final LogFolder folder;
    private final int roomBytes;
    private final List<SegmentList.Segment> closed; // guarded by this; in order
    private SegmentWriter current; // guarded by this; its size is read from currentBytes
    private long nextOrdinal; // guarded by this
    private volatile long currentBytes;

    /** @param roomBytes of each segment, as {@link LogFolder#create} has it */
    SegmentStore(LogFolder folder, List<SegmentList.Segment> found, int roomBytes) {
        this.folder = folder;
        this.roomBytes = roomBytes;
        closed = new ArrayList<>(found);
        nextOrdinal = found.isEmpty() ? 1 : found.getLast().ordinal() + 1;
    }

    /**
     * Begins a segment with its prologue. When this throws, no new segment exists, or an empty one that readers pass
     * over.
     */
    SegmentWriter begin(long startPosition, boolean repeats, ByteBuffer buffer, SegmentPrologue prologue)
            throws IOException {
        long ordinal;
        synchronized (this) {
            ordinal = nextOrdinal++;
        }
        LogFile file = folder.create(SegmentFormat.name(ordinal), roomBytes);
        SegmentWriter segment =
                new SegmentWriter(file, new SegmentFormat.Header(ordinal, startPosition, repeats), buffer);
        try {
            folder.sync(); // before the first acknowledgement that relies on this file's being found again
            prologue.write(startPosition, segment::addPrologue);
            segment.flush();
        } catch (IOException | RuntimeException e) {
            closeQuietly(segment, e);
            deleteQuietly(ordinal, e);
            throw e;
        }
        synchronized (this) {
            current = segment;
        }
        currentBytes = segment.sizeBytes();
        return segment;
    }

    void grown(SegmentWriter segment) {
        currentBytes = segment.sizeBytes();
    }

    /** The segment is complete and synced. */
    void end(SegmentWriter segment) throws IOException {
        retire(segment);
        segment.close();
    }

    /** The segment failed. It stays if callers rely on what it holds; else it goes, and gives its space back. */
    void abandon(SegmentWriter segment, boolean reliedUpon, Exception why) {
        closeQuietly(segment, why);
        if (reliedUpon) {
            retire(segment);
            return;
        }
        synchronized (this) {
            current = null;
            currentBytes = 0;
        }
        deleteQuietly(segment.header().ordinal(), why);
    }

    private synchronized void retire(SegmentWriter segment) {
        SegmentFormat.Header header = segment.header();
        closed.add(new SegmentList.Segment(header.ordinal(), segment.sizeBytes(), Optional.of(header)));
        current = null;
        currentBytes = 0;
    }

    /** Deletes segments that hold nothing behind {@code position}, oldest first; never the one being written. */
    synchronized void deleteBefore(long position) throws IOException {
        List<SegmentList.Segment> all = new ArrayList<>(closed);
        if (current != null) {
            all.add(new SegmentList.Segment(current.header().ordinal(), 0, Optional.of(current.header())));
        }
        int superfluous = SegmentList.superfluous(all, position);
        for (int i = 0; i < superfluous; i++) {
            folder.delete(closed.getFirst().name());
            closed.removeFirst();
        }
        if (superfluous > 0) {
            folder.sync();
        }
    }

    long sizeBytes() {
        long sum = currentBytes;
        synchronized (this) {
            for (SegmentList.Segment segment : closed) {
                sum += segment.sizeBytes();
            }
        }
        return sum;
    }

    synchronized int count() {
        return closed.size() + (current == null ? 0 : 1);
    }

    private static void closeQuietly(SegmentWriter segment, Exception why) {
        try {
            segment.close();
        } catch (IOException e) {
            why.addSuppressed(e);
        }
    }

    private void deleteQuietly(long ordinal, Exception why) {
        try {
            folder.delete(SegmentFormat.name(ordinal));
        } catch (IOException e) {
            why.addSuppressed(e);
            LOG.warn("segment {} could not be written, nor deleted: readers will pass over it", ordinal, e);
        }
    }
}
