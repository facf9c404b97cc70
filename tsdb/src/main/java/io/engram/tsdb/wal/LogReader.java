package io.engram.tsdb.wal;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads a log from a position on: each readable record once, in the order of positions (but for a record that was lost
 * in one segment and found repeated in the next, which comes late). Damage is skipped, logged and counted; it never ends
 * the reading. A torn end, which a crash leaves behind the last whole record, is damage {@linkplain LogDamage#atEnd at
 * the end} and costs no position.
 *
 * <p>Prologue records come only where they can be of use: in a segment behind {@code from}, where something before it is
 * lost. They repeat series that the reader may know.
 *
 * <pre>{@code
 * try (LogReader reader = LogReader.open(folder, checkpoint.logPosition())) {
 *     while (reader.next()) {
 *         replay(reader.position(), reader.bytes(), reader.offset(), reader.length());
 *     }
 *     report(reader.damages(), reader.lostRecords());
 * }
 * }</pre>
 *
 * <p>Not thread-safe, but for {@link #bytesRead}.
 */
public final class LogReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(LogReader.class);
    /** Damages kept in detail; the counts go on. */
    private static final int MAX_DAMAGES = 1_000;

    private final LogFolder folder;
    private final List<SegmentList.Segment> segments;
    private final long from;
    private final PositionGaps positions;
    private final long totalBytes;
    private final List<LogDamage> damages = new ArrayList<>();
    private long damageCount;
    private long damagedBytes;
    private boolean damagedBefore; // in a segment before the current one, or in this one's prologue
    private int nextSegment;
    private SegmentReader current; // null before the first, and between two
    private long bytesBefore;
    private volatile long bytesRead;

    private LogReader(LogFolder folder, List<SegmentList.Segment> segments, long from) {
        this.folder = folder;
        this.segments = segments;
        this.from = from;
        positions = new PositionGaps(from);
        totalBytes = segments.stream().mapToLong(SegmentList.Segment::sizeBytes).sum();
    }

    public static LogReader open(Path directory, long from) throws IOException {
        return open(new DirectoryFolder(directory), from);
    }

    /**
     * Opens the log as it is now.
     *
     * @param from records up to this position are left out: what the checkpoint covers; 0 for all
     */
    public static LogReader open(LogFolder folder, long from) throws IOException {
        List<SegmentList.Segment> all = SegmentList.scan(folder);
        return new LogReader(folder, all.subList(SegmentList.superfluous(all, from), all.size()), from);
    }

    /**
     * The greatest position in the log: in its last segment, and before that while segments repeat their predecessors
     * or do not say.
     */
    static long lastPosition(LogFolder folder, List<SegmentList.Segment> segments) {
        long last = 0;
        for (int i = segments.size() - 1; i >= 0; i--) {
            Optional<SegmentFormat.Header> header = segments.get(i).header();
            if (header.isPresent()) {
                last = Math.max(last, header.get().startPosition());
            }
            try (LogReader reader = new LogReader(folder, segments.subList(i, i + 1), 0)) {
                while (reader.next()) {
                    last = Math.max(last, reader.position());
                }
            }
            if (header.isPresent() && !header.get().repeats()) {
                break;
            }
        }
        return last;
    }

    /** Goes to the next record. Returns false at the end of the log. */
    public boolean next() {
        while (true) {
            if (current == null && !openNext()) {
                return false;
            }
            if (!current.next()) {
                closeCurrent();
            } else {
                bytesRead = bytesBefore + current.offset();
                if (wanted()) {
                    return true;
                }
            }
        }
    }

    private boolean wanted() {
        if (current.prologue()) {
            boolean lost = damagedBefore || positions.missing() > 0 || current.position() > positions.last();
            return lost && current.position() > from;
        }
        return positions.see(current.position());
    }

    private boolean openNext() {
        while (nextSegment < segments.size()) {
            SegmentList.Segment segment = segments.get(nextSegment++);
            try {
                current = new SegmentReader(folder.open(segment.name()), segment.ordinal(), this::note);
                return true;
            } catch (IOException e) {
                note(new LogDamage(segment.ordinal(), 0, segment.sizeBytes(), true, "a readable file", e.toString()));
                bytesBefore += segment.sizeBytes();
            }
        }
        bytesRead = totalBytes;
        return false;
    }

    private void closeCurrent() {
        bytesBefore += segments.get(nextSegment - 1).sizeBytes();
        bytesRead = bytesBefore;
        try {
            current.close();
        } catch (IOException e) {
            LOG.warn(
                    "segment {} was read, but could not be closed",
                    segments.get(nextSegment - 1).name(),
                    e);
        }
        current = null;
    }

    private void note(LogDamage damage) {
        LOG.warn("damage in the write-ahead log: {}", damage);
        damageCount++;
        damagedBytes += damage.bytes();
        damagedBefore |= !damage.atEnd();
        if (damages.size() < MAX_DAMAGES) {
            damages.add(damage);
        }
    }

    /** The position of the record; of a prologue record, the position at which its segment starts. */
    public long position() {
        return current.position();
    }

    /** Whether the record repeats one of an earlier segment. */
    public boolean isPrologue() {
        return current.prologue();
    }

    /** The array with the record, from {@link #offset} for {@link #length} bytes; valid until {@link #next}. */
    public byte[] bytes() {
        return current.bytes();
    }

    public int offset() {
        return current.from();
    }

    public int length() {
        return current.length();
    }

    /** The last position seen so far, or where reading began. */
    public long lastPosition() {
        return positions.last();
    }

    /** Positions up to {@link #lastPosition} whose records did not come: exact at the end of the log. */
    public long lostRecords() {
        return positions.missing();
    }

    /** What was skipped, in the order of reading; the first 1000 in detail. */
    public List<LogDamage> damages() {
        return List.copyOf(damages);
    }

    public long damageCount() {
        return damageCount;
    }

    public long damagedBytes() {
        return damagedBytes;
    }

    /** How far the reading is, of {@link #totalBytes}; may be asked by any thread. */
    public long bytesRead() {
        return bytesRead;
    }

    /** Bytes of the segments to read. */
    public long totalBytes() {
        return totalBytes;
    }

    @Override
    public void close() {
        if (current != null) {
            closeCurrent();
        }
    }
}
