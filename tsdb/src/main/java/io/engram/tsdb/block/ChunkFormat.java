package io.engram.tsdb.block;

/**
 * The chunk segments of a block.
 *
 * <pre>
 * segment     85BD40DD, version (1 byte), zeros (3), chunks
 * chunk       uvarint length of the data, encoding (1), data, CRC-32C of encoding and data (4)
 * reference   number of the segment from 0 (4), offset of the chunk in its file (4)
 * </pre>
 *
 * @see <a href="https://github.com/prometheus/prometheus/blob/main/tsdb/docs/format/chunks.md">tsdb/docs/format/chunks.md</a>
 */
public final class ChunkFormat {
    public static final int MAGIC = 0x85BD40DD;
    public static final byte VERSION = 1;
    public static final int HEADER_BYTES = 8;
    /** What a segment may have; the next chunk goes into another one. */
    public static final long MAX_SEGMENT_BYTES = 512L << 20;
    /** What the length of a chunk takes at most. */
    public static final int MAX_LENGTH_BYTES = 5;

    private ChunkFormat() {}

    /** The number of the segment, from 0. */
    public static int segment(long ref) {
        return (int) (ref >>> 32);
    }

    /** Where the chunk begins in the file of its segment. */
    public static long offset(long ref) {
        return ref & 0xFFFF_FFFFL;
    }

    static long ref(int segment, long offset) {
        return (long) segment << 32 | offset;
    }

    /** Bytes of a chunk in its file. */
    public static long frameBytes(int dataLength) {
        return Varint.size(dataLength) + 1L + dataLength + IndexFormat.CRC_BYTES;
    }
}
