package io.engram.tsdb.block;

import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;

/** Brings the symbols of several blocks together: what each block's symbols are called in the block that is written. */
final class SymbolUnion {
    /** The symbol of one block that comes next. */
    private static final class Cursor {
        private final SegmentCursor in;
        private final int[] numbers;
        private int symbol = -1;
        private byte[] utf8 = new byte[64];
        private int length;
        private byte[] before = new byte[64];
        private int beforeLength;

        Cursor(SymbolTable table) {
            in = table.first();
            numbers = new int[table.count()];
        }

        boolean next() {
            if (++symbol == numbers.length) {
                return false;
            }
            byte[] swap = before;
            before = utf8;
            beforeLength = length;
            utf8 = swap;
            length = in.length();
            if (utf8.length < length) {
                utf8 = new byte[2 * length];
            }
            MemorySegment.copy(in.bytes(), ValueLayout.JAVA_BYTE, in.at, utf8, 0, length);
            if (symbol > 0 && Arrays.compareUnsigned(before, 0, beforeLength, utf8, 0, length) >= 0) {
                throw in.corrupt("symbol " + symbol + " above the one before", "one that is not");
            }
            in.at += length;
            return true;
        }

        int compareTo(Cursor other) {
            return Arrays.compareUnsigned(utf8, 0, length, other.utf8, 0, other.length);
        }
    }

    private SymbolUnion() {}

    /** Writes the symbols of all blocks; returns for each block the new numbers of its symbols. */
    static int[][] write(List<BlockReader> blocks, BlockWriter into) throws IOException {
        Cursor[] cursors = new Cursor[blocks.size()];
        int[][] numbers = new int[blocks.size()][];
        int open = 0;
        for (int i = 0; i < numbers.length; i++) {
            Cursor cursor = new Cursor(blocks.get(i).symbols());
            numbers[i] = cursor.numbers;
            if (cursor.next()) {
                cursors[open++] = cursor;
            }
        }
        while (open > 0) {
            Cursor least = cursors[0];
            for (int i = 1; i < open; i++) {
                least = cursors[i].compareTo(least) < 0 ? cursors[i] : least;
            }
            int number = into.addSymbol(least.utf8, 0, least.length);
            for (int i = open - 1; i >= 0; i--) {
                Cursor cursor = cursors[i];
                if (cursor != least && cursor.compareTo(least) == 0) {
                    open = advance(cursors, i, open, number);
                }
            }
            open = advance(cursors, Arrays.asList(cursors).indexOf(least), open, number);
        }
        return numbers;
    }

    private static int advance(Cursor[] cursors, int i, int open, int number) {
        cursors[i].numbers[cursors[i].symbol] = number;
        if (cursors[i].next()) {
            return open;
        }
        cursors[i] = cursors[open - 1];
        cursors[open - 1] = null;
        return open - 1;
    }
}
