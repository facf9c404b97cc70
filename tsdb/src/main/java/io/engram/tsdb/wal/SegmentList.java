package io.engram.tsdb.wal;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** The segments of a folder, in the order of their ordinals. Pure but for {@link #scan}. */
final class SegmentList {
    private SegmentList() {}

    /**
     * A segment in the folder.
     *
     * @param header empty where it cannot be read
     */
    record Segment(long ordinal, long sizeBytes, Optional<SegmentFormat.Header> header) {
        String name() {
            return SegmentFormat.name(ordinal);
        }
    }

    static List<Segment> scan(LogFolder folder) throws IOException {
        List<Segment> segments = new ArrayList<>();
        for (String name : folder.names()) {
            long ordinal = SegmentFormat.ordinal(name);
            if (ordinal >= 0) {
                segments.add(new Segment(ordinal, folder.sizeBytes(name), header(folder, name, ordinal)));
            }
        }
        segments.sort(Comparator.comparingLong(Segment::ordinal));
        return segments;
    }

    private static Optional<SegmentFormat.Header> header(LogFolder folder, String name, long ordinal) {
        try (LogSource source = folder.open(name)) {
            return SegmentFormat.Header.read(source).filter(header -> header.ordinal() == ordinal);
        } catch (IOException e) {
            return Optional.empty(); // the reader meets the same error and reports it as damage
        }
    }

    /**
     * How many segments from the front hold nothing behind {@code position}: those before the last one that starts at
     * or before it, and does not repeat records of its predecessor. A segment that does may have ended before all of
     * them were repeated, so that its predecessor stays with it.
     */
    static int superfluous(List<Segment> segments, long position) {
        for (int i = segments.size() - 1; i > 0; i--) {
            Optional<SegmentFormat.Header> header = segments.get(i).header();
            if (header.isPresent() && !header.get().repeats() && header.get().startPosition() <= position) {
                return i;
            }
        }
        return 0;
    }
}
