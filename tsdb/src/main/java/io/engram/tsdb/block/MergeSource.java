package io.engram.tsdb.block;

import java.util.Arrays;
import org.roaringbitmap.PeekableIntIterator;

/** The series of one block that is merged, one after the other, labels in the symbols of the block that is written. */
final class MergeSource {
    final BlockReader block;
    final BlockChunkReader chunkReader;
    final SeriesEntry series = new SeriesEntry();
    Intervals deleted = Intervals.NONE;

    private final int[] numbers;
    private final PeekableIntIterator refs;
    private int[] ids = new int[64];
    private int[] before = new int[64];

    /** @param numbers of the block's symbols in the block that is written */
    MergeSource(BlockReader block, int[] numbers) {
        this.block = block;
        this.chunkReader = block.chunkReader();
        this.numbers = numbers;
        this.refs = block.allSeries().getIntIterator();
    }

    /** Goes to the next series; false behind the last. */
    boolean next() {
        if (!refs.hasNext()) {
            return false;
        }
        int beforeLength = series.symbolCount;
        int[] swap = before;
        before = ids;
        ids = swap;
        block.series(refs.next(), series);
        int length = series.symbolCount;
        if (ids.length < length) {
            ids = new int[2 * length];
        }
        boolean rising = length > 0;
        for (int i = 0; i < length; i++) {
            ids[i] = numbers[series.symbols[i]];
            rising &= i < 2 || i % 2 == 1 || ids[i] > ids[i - 2];
        }
        if (!rising || Arrays.compare(before, 0, beforeLength, ids, 0, length) >= 0) {
            throw block.index()
                    .path()
                    .corrupt(
                            IndexFormat.seriesOffset(series.ref),
                            "labels that rise, and a series above the one before",
                            "symbols " + Arrays.toString(Arrays.copyOf(series.symbols, length)));
        }
        deleted = block.tombstones().of(series.ref);
        return true;
    }

    int[] ids() {
        return ids;
    }

    /** By label order: symbols are numbered in theirs. */
    int compareTo(MergeSource other) {
        return Arrays.compare(ids, 0, series.symbolCount, other.ids, 0, other.series.symbolCount);
    }
}
