package io.engram.tsdb.block;

import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;

/**
 * The symbols of an index: names and values of labels, by number. In memory is the place of every 32nd; the rest is read from
 * the bytes each time. Safe for many threads.
 */
public final class SymbolTable {
    private static final int STRIDE_SHIFT = 5;
    private static final int STRIDE = 1 << STRIDE_SHIFT;

    private final Section section;
    private final int count;
    /** Of every 32nd symbol, from the beginning of the body; unsigned. */
    private final int[] places;

    private SymbolTable(Section section, int count, int[] places) {
        this.section = section;
        this.count = count;
        this.places = places;
    }

    /**
     * Compares the checksum, and walks through all symbols once.
     *
     * @param bytes begin at the symbols' offset; held, and read as long as the table is used
     * @param offset of them in the index
     */
    public static SymbolTable open(MemorySegment bytes, BlockPath path, long offset) {
        Section section = Section.verified(bytes, path, offset, "the symbol table");
        SegmentCursor in = section.cursor();
        int count = in.i32();
        if (count < 0 || count > in.left()) {
            throw path.corrupt(offset + 4, "a count of symbols of up to " + in.left(), Integer.toUnsignedString(count));
        }
        int[] places = new int[(count + STRIDE - 1) >>> STRIDE_SHIFT];
        for (int i = 0; i < count; i++) {
            if ((i & STRIDE - 1) == 0) {
                places[i >>> STRIDE_SHIFT] = (int) in.at;
            }
            in.skip();
        }
        if (!in.atEnd()) {
            throw in.corrupt("the end of the symbol table", in.left() + " bytes more");
        }
        return new SymbolTable(section, count, places);
    }

    public int count() {
        return count;
    }

    /** Of the section in the index, length and checksum included. */
    long endOffset() {
        return section.endOffset();
    }

    /** UTF-8, in an array of its own. */
    public byte[] bytes(int symbol) {
        return cursor(symbol).string();
    }

    public String text(int symbol) {
        return new String(bytes(symbol), StandardCharsets.UTF_8);
    }

    /** The number of a symbol, or -1. */
    public int find(byte[] utf8) {
        int low = 0;
        int high = places.length;
        SegmentCursor in = section.cursor();
        while (low < high) {
            int middle = (low + high) >>> 1;
            if (in.at(Integer.toUnsignedLong(places[middle])).compareString(utf8) <= 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        if (low == 0) {
            return -1;
        }
        int symbol = (low - 1) << STRIDE_SHIFT;
        int end = Math.min(count, symbol + STRIDE);
        for (in.at(Integer.toUnsignedLong(places[low - 1])); symbol < end; symbol++) {
            int order = in.compareString(utf8);
            if (order >= 0) {
                return order == 0 ? symbol : -1;
            }
        }
        return -1;
    }

    /** Before a symbol, of which length and bytes follow. */
    SegmentCursor cursor(int symbol) {
        if (symbol < 0 || symbol >= count) {
            throw section.path().corrupt(section.offset(), "a symbol below " + count, Integer.toUnsignedString(symbol));
        }
        SegmentCursor in = section.cursor().at(Integer.toUnsignedLong(places[symbol >>> STRIDE_SHIFT]));
        for (int i = symbol & STRIDE - 1; i > 0; i--) {
            in.skip();
        }
        return in;
    }

    /** Before the first symbol. */
    SegmentCursor first() {
        return section.cursor().at(4);
    }
}
