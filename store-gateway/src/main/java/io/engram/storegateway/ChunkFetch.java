package io.engram.storegateway;

import io.engram.model.read.ChunkBatch;
import io.engram.tsdb.block.BlockPath;
import io.engram.tsdb.block.ChunkFormat;
import io.engram.tsdb.block.ChunkFrame;
import io.engram.tsdb.block.ChunkHandout;
import io.engram.tsdb.block.ChunkList;
import io.engram.tsdb.block.CorruptBlock;
import io.engram.tsdb.block.Intervals;

/** One fetch of chunks: says which pages they lie in, for {@link ReadAhead}; then reads chunk by chunk. For one thread. */
final class ChunkFetch {
    /** Taken for the length of a chunk of which nothing is known: more than 120 floats without any pattern take. */
    private static final int GUESSED_CHUNK_BYTES = 1200;

    /** The length of a chunk is read from so much. */
    private static final int LENGTH_BYTES = 8;

    /** A chunk beyond this is read a second time before a query waits for so much. */
    private static final int LARGE_CHUNK_BYTES = 1 << 20;

    private final JoinedBlocks joined;
    private final Pages pages;
    private final PageView view;
    private final FetchLimits limits;
    private final GatewayMetrics metrics;
    private final ChunkList chunks = new ChunkList();
    private final ChunkFrame frame = new ChunkFrame();
    private final ChunkHandout handout = new ChunkHandout();
    private Intervals deleted = Intervals.NONE; // of the series that is read

    ChunkFetch(JoinedBlocks joined, Pages pages, FetchLimits limits, GatewayMetrics metrics) {
        this.joined = joined;
        this.pages = pages;
        this.view = new PageView(pages);
        this.limits = limits;
        this.metrics = metrics;
    }

    /** Adds where the chunks of a series lie; returns how many pages these are, about. */
    int want(int ordinal, PageSet wanted) {
        int pageCount = 0;
        for (int copy = joined.copyStart()[ordinal]; copy < joined.copyStart()[ordinal + 1]; copy++) {
            BlockSeries block = chunksOf(copy);
            for (int c = 0; c < chunks.count; c++) {
                StoredFile segment = segment(block, chunks.ref[c]);
                long offset = ChunkFormat.offset(chunks.ref[c]);
                if (offset < segment.sizeBytes()) {
                    pageCount += wanted.add(segment, offset, offset + guessedBytes(c));
                }
            }
        }
        return pageCount;
    }

    /** Up to the next chunk of the series, which follows as a rule; of the last one, somewhat more than the others take. */
    private long guessedBytes(int c) {
        long longest = 0;
        if (c + 1 < chunks.count) {
            longest = chunks.ref[c + 1] - chunks.ref[c];
        } else if (c > 0) {
            longest = 2 * (chunks.ref[c] - chunks.ref[c - 1]);
        }
        return longest > 0 && longest < PageKey.BYTES ? longest : GUESSED_CHUNK_BYTES;
    }

    private BlockSeries chunksOf(int copy) {
        BlockSeries block = joined.blocks().get(joined.copyBlock()[copy]);
        int series = joined.copySeries()[copy];
        block.chunks.read(block.chunksAt[series], block.chunkCount[series], chunks);
        return block;
    }

    private static StoredFile segment(BlockSeries block, long ref) {
        int number = ChunkFormat.segment(ref);
        if (number < 0 || number >= block.segments().length) {
            throw BlockPath.chunks(block.key().block().toString(), number)
                    .corrupt(
                            ChunkFormat.offset(ref),
                            "a chunk",
                            "no such segment: the block has " + block.segments().length);
        }
        return block.segments()[number];
    }

    /** Adds the chunks of a series in the order of their times, and ends it. */
    void read(int ordinal, ChunkBatch into) {
        int begin = into.chunkCount;
        for (int copy = joined.copyStart()[ordinal]; copy < joined.copyStart()[ordinal + 1]; copy++) {
            BlockSeries block = chunksOf(copy);
            deleted = block.deleted(joined.copySeries()[copy]);
            for (int c = 0; c < chunks.count; c++) {
                add(segment(block, chunks.ref[c]), c, into);
            }
        }
        ChunkOrder.sort(into, begin);
        into.endSeries();
    }

    private void add(StoredFile segment, int c, ChunkBatch into) {
        int chunkCount = into.chunkCount;
        int dataLength = into.dataLength;
        try {
            addOnce(segment, c, into, LARGE_CHUNK_BYTES);
        } catch (CorruptBlock first) {
            metrics.doubt();
            into.chunkCount = chunkCount;
            into.dataLength = dataLength;
            long offset = ChunkFormat.offset(chunks.ref[c]);
            if (offset < segment.sizeBytes()) {
                view.refresh(segment, offset, (int) guessedBytes(c));
            }
            addOnce(segment, c, into, Integer.MAX_VALUE);
        }
    }

    /** @throws CorruptBlock also where the chunk is larger than {@code maxBytes} */
    private void addOnce(StoredFile segment, int c, ChunkBatch into, int maxBytes) {
        long offset = ChunkFormat.offset(chunks.ref[c]);
        long room = segment.sizeBytes() - offset;
        if (room <= 0) {
            throw segment.path().corrupt(offset, "a chunk", "the end of the file at " + segment.sizeBytes());
        }
        view.see(segment, offset, (int) Math.min(room, LENGTH_BYTES));
        int whole = ChunkFrame.frameBytes(view.data, view.at, view.end, segment.path(), offset);
        if (whole < 0 || whole > room || whole > maxBytes) {
            throw segment.path()
                    .corrupt(
                            offset,
                            "a chunk",
                            whole + " bytes of it, and the end of the file at " + segment.sizeBytes());
        }
        if (whole > view.end - view.at) {
            view.see(segment, offset, whole);
        }
        limits.addBytes(whole);
        frame.decode(view.data, view.at, view.end, segment.path(), offset);
        handout.add(frame, view.data, segment.path(), offset, chunks.minMs[c], chunks.maxMs[c], deleted, into);
    }
}
