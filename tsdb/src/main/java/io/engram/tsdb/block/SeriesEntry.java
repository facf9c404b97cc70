package io.engram.tsdb.block;

import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import java.util.Arrays;

/**
 * The entry of a series in an index, decoded: labels as symbols, and its chunks. Reused from series to series; for one
 * thread.
 */
public final class SeriesEntry {
    /** Enough to begin with: most entries are shorter. */
    static final int FIRST_BYTES = 512;

    /** An entry beyond this is taken for damage. */
    private static final int MAX_BYTES = 1 << 28;

    private final ByteCursor in = new ByteCursor();

    /** Where a reader may put the bytes before it decodes them. */
    byte[] scratch = new byte[FIRST_BYTES];

    /** The reference of the series; the offset in 16 bytes. */
    public int ref;
    /** Symbols of names and values in turn: {@code symbols[0 .. symbolCount)}. */
    public int[] symbols = new int[64];

    public int symbolCount;
    /** In the order of their times; they do not overlap. */
    public final ChunkList chunks = new ChunkList();

    /**
     * Bytes of the whole entry that begins at {@code from}, length and checksum included; -1 where too few are there to tell.
     */
    public static int frameBytes(byte[] data, int from, int until, BlockPath path, long offset) {
        int end = from;
        while (end < until && end < from + Varint.MAX_BYTES && data[end] < 0) {
            end++;
        }
        if (end == until && until < from + Varint.MAX_BYTES) {
            return -1;
        }
        ByteCursor in = new ByteCursor().reset(data, from, until, path, offset);
        int length = in.uvarintBelow(MAX_BYTES, "a length of a series");
        return in.at - from + length + IndexFormat.CRC_BYTES;
    }

    /**
     * Decodes the entry that begins at {@code from}.
     *
     * @param until end of the bytes that are there
     * @param reference of the series
     * @param symbolLimit how many symbols the index has
     * @return this
     * @throws CorruptBlock where the checksum differs, or the bytes are no entry
     */
    public SeriesEntry decode(byte[] data, int from, int until, BlockPath path, int reference, int symbolLimit) {
        in.reset(data, from, until, path, IndexFormat.seriesOffset(reference));
        ref = reference;
        in.verify(in.uvarintBelow(MAX_BYTES, "a length of a series"), "a series");
        int labels = in.uvarintBelow(in.left() / 2 + 1L, "a count of labels");
        symbolCount = 2 * labels;
        if (symbols.length < symbolCount) {
            symbols = new int[2 * symbolCount];
        }
        for (int i = 0; i < symbolCount; i++) {
            symbols[i] = in.uvarintBelow(symbolLimit, "a symbol");
        }
        readChunks();
        in.finish("the series");
        return this;
    }

    private void readChunks() {
        int count = in.uvarintBelow(in.left() / 3 + 1L, "a count of chunks");
        chunks.clear();
        long max = 0;
        long chunkRef = 0;
        for (int c = 0; c < count; c++) {
            long min = c == 0 ? in.varint() : max + in.uvarint();
            if (c > 0 && min <= max) {
                throw in.corrupt("a chunk that begins above " + max, Long.toString(min));
            }
            max = min + in.uvarint();
            if (max < min) {
                throw in.corrupt("a chunk that ends at " + min + " or later", Long.toString(max));
            }
            chunkRef = c == 0 ? in.uvarint() : chunkRef + in.varint();
            chunks.add(min, max, chunkRef);
        }
    }

    /** The symbol of the value of a label; -1 where the series lacks it. */
    public int value(int nameSymbol) {
        for (int i = 0; i < symbolCount; i += 2) {
            if (symbols[i] == nameSymbol) {
                return symbols[i + 1];
            }
        }
        return -1;
    }

    public Labels labels(SymbolTable table) {
        Label[] pairs = new Label[symbolCount / 2];
        for (int i = 0; i < pairs.length; i++) {
            pairs[i] = new Label(table.text(symbols[2 * i]), table.text(symbols[2 * i + 1]));
        }
        return Labels.ofSorted(pairs);
    }

    byte[] scratch(int bytes) {
        if (scratch.length < bytes) {
            scratch = Arrays.copyOf(scratch, Math.max(bytes, 2 * scratch.length));
        }
        return scratch;
    }
}
