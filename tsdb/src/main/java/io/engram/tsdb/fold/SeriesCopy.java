package io.engram.tsdb.fold;

import io.engram.tsdb.block.BlockChunkReader;
import io.engram.tsdb.block.BlockReader;
import io.engram.tsdb.block.BlockWriter;
import io.engram.tsdb.block.SeriesEntry;
import java.io.IOException;
import java.util.Arrays;

/** Copies series of the block that stay as they are. For one thread. */
final class SeriesCopy {
    private final BlockReader block;
    private final BlockChunkReader reader;
    private final SeriesEntry entry = new SeriesEntry();

    SeriesCopy(BlockReader block) {
        this.block = block;
        this.reader = block.chunkReader();
    }

    /** All labels of a series. */
    int[] symbols(int ref) {
        block.series(ref, entry);
        return Arrays.copyOf(entry.symbols, entry.symbolCount);
    }

    void chunks(int ref, BlockWriter into) throws IOException {
        block.series(ref, entry);
        for (int c = 0; c < entry.chunks.count; c++) {
            reader.load(entry.chunks.ref[c]);
            into.addChunk(
                    entry.chunks.minMs[c],
                    entry.chunks.maxMs[c],
                    reader.frame.encoding,
                    reader.data(),
                    reader.frame.dataAt,
                    reader.frame.dataLength);
        }
    }
}
