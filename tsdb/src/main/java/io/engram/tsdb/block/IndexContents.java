package io.engram.tsdb.block;

/**
 * Where the sections of an index begin.
 *
 * @param labelIndices behind the series: nobody reads them, and newer blocks have none
 * @param labelOffsetTable where it begins, or what follows in its place
 */
public record IndexContents(
        long symbols, long series, long labelIndices, long labelOffsetTable, long postings, long postingsOffsetTable) {

    /**
     * @param data the last {@link IndexFormat#TOC_BYTES} of an index are {@code data[from .. )}
     * @param indexBytes size of the whole index
     * @throws CorruptBlock where the checksum differs, or a section lies outside
     */
    public static IndexContents decode(byte[] data, int from, long indexBytes, BlockPath path) {
        long offset = indexBytes - IndexFormat.TOC_BYTES;
        if (offset < IndexFormat.HEADER_BYTES) {
            throw path.corrupt(0, "an index", "a file of " + indexBytes + " bytes");
        }
        ByteCursor in = new ByteCursor().reset(data, from, from + IndexFormat.TOC_BYTES, path, offset);
        in.verify(IndexFormat.TOC_BYTES - IndexFormat.CRC_BYTES, "the table of contents");
        IndexContents contents = new IndexContents(in.i64(), in.i64(), in.i64(), in.i64(), in.i64(), in.i64());
        boolean ordered = IndexFormat.HEADER_BYTES <= contents.symbols
                && contents.symbols < contents.series
                && contents.series <= contents.seriesEnd()
                && contents.seriesEnd() <= contents.postings
                && contents.postings < contents.postingsOffsetTable
                && contents.postingsOffsetTable < offset;
        if (!ordered) {
            throw path.corrupt(offset, "sections in order, below " + offset, contents.toString());
        }
        return contents;
    }

    /** Behind the last series, padding aside. */
    public long seriesEnd() {
        return labelIndices > 0 ? labelIndices : postings;
    }

    /** Behind the last postings list, at the latest. */
    public long postingsEnd() {
        return labelOffsetTable > postings ? Math.min(labelOffsetTable, postingsOffsetTable) : postingsOffsetTable;
    }

    /** Demands the magic and the version at the beginning of an index. */
    public static void checkHeader(byte[] data, int from, BlockPath path) {
        int magic = Varint.getInt(data, from);
        if (magic != IndexFormat.MAGIC) {
            throw path.corrupt(0, "%08x".formatted(IndexFormat.MAGIC), "%08x".formatted(magic));
        }
        if (data[from + 4] != IndexFormat.VERSION) {
            throw path.corrupt(4, "index version " + IndexFormat.VERSION, Integer.toString(data[from + 4]));
        }
    }
}
