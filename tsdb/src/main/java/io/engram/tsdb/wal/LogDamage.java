package io.engram.tsdb.wal;

/**
 * A stretch of a segment that could not be read.
 *
 * @param segment ordinal of the segment
 * @param offset its first byte in the file
 * @param bytes how many were skipped
 * @param atEnd it reaches to the segment's end: what a crash leaves behind of the record being written, mostly
 * @param expected what should have stood at {@code offset}
 * @param found what stood there
 */
public record LogDamage(long segment, long offset, long bytes, boolean atEnd, String expected, String found) {
    @Override
    public String toString() {
        return "segment %s, offset %d, %d bytes%s: expected %s, found %s"
                .formatted(SegmentFormat.name(segment), offset, bytes, atEnd ? " to the end" : "", expected, found);
    }
}
