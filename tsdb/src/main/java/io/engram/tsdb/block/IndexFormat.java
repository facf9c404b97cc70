package io.engram.tsdb.block;

/**
 * The index of a block, as Prometheus writes it today: version 2, without the label indices that nobody reads any more.
 *
 * <pre>
 * header          BAAAD700, version (1 byte)
 * symbols         length (4), count (4), symbols: uvarint length and UTF-8 bytes, sorted; CRC
 * series          each on a multiple of 16: uvarint length, entry, CRC; that multiple is the reference of the series
 *   entry         count of labels, (symbol of name, symbol of value)*, count of chunks,
 *                 (minMs - maxMs of the one before, maxMs - minMs, reference less the one before)*
 * postings        each on a multiple of 4: length (4), count (4), references (4 each) rising; CRC
 * offset table    length (4), count (4), (02, name, value, uvarint offset of the list)* sorted; CRC
 * contents        offsets (8 each) of symbols, series, label indices, label offset table, postings, offset table; CRC (4)
 * </pre>
 *
 * Numbers are big-endian or varints. A length counts the bytes between itself and the CRC-32C, which is of those bytes.
 *
 * @see <a href="https://github.com/prometheus/prometheus/blob/main/tsdb/docs/format/index.md">tsdb/docs/format/index.md</a>
 */
public final class IndexFormat {
    public static final int MAGIC = 0xBAAAD700;
    public static final byte VERSION = 2;
    public static final int HEADER_BYTES = 5;
    public static final int CRC_BYTES = 4;
    /** Of the contents at the end, its CRC included. */
    public static final int TOC_BYTES = 6 * 8 + CRC_BYTES;
    /** References to series count in these. */
    public static final int SERIES_ALIGNMENT = 16;

    static final int POSTINGS_ALIGNMENT = 4;
    /** Length, count and CRC of a postings list. */
    public static final int POSTINGS_FRAME_BYTES = 12;
    /** How many strings an entry of the offset table has. */
    static final byte OFFSET_KEYS = 2;

    /** What references of four bytes can reach. */
    static final long MAX_INDEX_BYTES = (1L << 32) * SERIES_ALIGNMENT;
    /** What lengths of four bytes can say. */
    static final long MAX_SECTION_BYTES = 0xFFFF_FFFFL;

    private IndexFormat() {}

    /** Where the entry of a series begins; references are unsigned. */
    public static long seriesOffset(int ref) {
        return Integer.toUnsignedLong(ref) * SERIES_ALIGNMENT;
    }
}
