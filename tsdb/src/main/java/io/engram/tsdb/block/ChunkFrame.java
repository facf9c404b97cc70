package io.engram.tsdb.block;

import io.engram.model.read.ChunkEncoding;

/** A chunk as it lies in a segment, decoded as far as its encoding. Reused from chunk to chunk; for one thread. */
public final class ChunkFrame {
    /** A chunk beyond this is taken for damage. */
    static final int MAX_DATA_BYTES = 1 << 28;

    private final ByteCursor in = new ByteCursor();

    public byte encoding;
    /** Where the data is in the array: {@code [dataAt .. dataAt + dataLength)}. */
    public int dataAt;

    public int dataLength;

    /** Bytes of the whole chunk that begins at {@code from}; -1 where too few are there to tell. */
    public static int frameBytes(byte[] data, int from, int until, BlockPath path, long offset) {
        int end = from;
        while (end < until && end < from + ChunkFormat.MAX_LENGTH_BYTES && data[end] < 0) {
            end++;
        }
        if (end == until && until < from + ChunkFormat.MAX_LENGTH_BYTES) {
            return -1;
        }
        ByteCursor in = new ByteCursor().reset(data, from, until, path, offset);
        int length = in.uvarintBelow(MAX_DATA_BYTES, "a length of a chunk");
        return in.at - from + 1 + length + IndexFormat.CRC_BYTES;
    }

    /**
     * Decodes the chunk that begins at {@code from}.
     *
     * @param until end of the bytes that are there
     * @param offset of the chunk in its segment
     * @return this
     * @throws CorruptBlock where the checksum differs, or the encoding is none that is known
     */
    public ChunkFrame decode(byte[] data, int from, int until, BlockPath path, long offset) {
        in.reset(data, from, until, path, offset);
        int length = in.uvarintBelow(MAX_DATA_BYTES, "a length of a chunk");
        in.verify(1L + length, "a chunk");
        encoding = (byte) in.u8();
        if (!ChunkEncoding.isKnown(encoding)) {
            in.at--;
            throw in.corrupt("a chunk of encoding 1 to 6", "encoding " + (encoding & 0xFF));
        }
        if (length < 2) {
            throw in.corrupt("a chunk with a sample count", "one of " + length + " bytes");
        }
        dataAt = in.at;
        dataLength = length;
        return this;
    }

    /** Demands the magic, the version and the zeros at the beginning of a segment. */
    public static void checkHeader(byte[] data, int from, BlockPath path) {
        int magic = Varint.getInt(data, from);
        if (magic != ChunkFormat.MAGIC) {
            throw path.corrupt(0, "%08x".formatted(ChunkFormat.MAGIC), "%08x".formatted(magic));
        }
        int version = Varint.getInt(data, from + 4);
        if (version != ChunkFormat.VERSION << 24) {
            throw path.corrupt(4, "chunk format %08x".formatted(ChunkFormat.VERSION << 24), "%08x".formatted(version));
        }
    }
}
