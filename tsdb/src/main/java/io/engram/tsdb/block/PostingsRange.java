package io.engram.tsdb.block;

/**
 * Where a postings list lies in an index.
 *
 * @param offset of its length
 * @param endOffset behind its checksum, or later: padding may lie in between
 */
public record PostingsRange(long offset, long endOffset) {
    /** How many references it has at most. */
    public long maxCount() {
        return Math.max(0, (endOffset - offset - IndexFormat.POSTINGS_FRAME_BYTES) / 4);
    }
}
