package io.engram.tsdb.block;

import io.engram.model.read.ChunkBatch;
import java.util.Arrays;

/**
 * Reads the chunks of a block: {@link BlockReader#chunkReader} makes one for each thread. Checksums are compared; samples that
 * tombstones delete are left out; chunks in newer encodings than Engram writes come as those that it does.
 */
public final class BlockChunkReader {
    private final BlockReader block;
    private final ChunkHandout handout = new ChunkHandout();
    private byte[] scratch = new byte[4096];

    /** The chunk that was read last; its data is in {@link #data}. */
    public final ChunkFrame frame = new ChunkFrame();

    BlockChunkReader(BlockReader block) {
        this.block = block;
    }

    /**
     * Adds the chunks of a series that have samples in {@code [minMs, maxMs]}, both included, to a batch; none of which all that
     * is asked for was deleted. Does not end the series there.
     *
     * @throws CorruptBlock where a chunk is damaged; the batch is good for nothing then
     */
    public void read(SeriesEntry series, long minMs, long maxMs, ChunkBatch into) {
        Intervals deleted = block.tombstones().of(series.ref);
        ChunkList chunks = series.chunks;
        for (int c = 0; c < chunks.count; c++) {
            long min = chunks.minMs[c];
            long max = chunks.maxMs[c];
            boolean asked = max >= minMs && min <= maxMs;
            if (!asked || deleted.covers(Math.max(min, minMs), Math.min(max, maxMs))) {
                continue;
            }
            load(chunks.ref[c]);
            BlockPath path = block.segment(chunks.ref[c]).path();
            handout.add(frame, scratch, path, ChunkFormat.offset(chunks.ref[c]), min, max, deleted, into);
        }
    }

    /** Reads a chunk into {@link #data} and {@link #frame}. */
    public void load(long ref) {
        MappedFile file = block.segment(ref);
        long offset = ChunkFormat.offset(ref);
        int known = (int) Math.min(file.size() - offset, ChunkFormat.MAX_LENGTH_BYTES);
        file.copy(offset, scratch, 0, Math.max(known, 1));
        int bytes = ChunkFrame.frameBytes(scratch, 0, known, file.path(), offset);
        if (bytes < 0) {
            throw file.path().corrupt(offset, "a length of a chunk", "the end of the file at " + file.size());
        }
        if (bytes > file.size() - offset) {
            throw file.path()
                    .corrupt(offset, "a chunk of " + bytes + " bytes", "the end of the file at " + file.size());
        }
        if (scratch.length < bytes + ChunkBatch.SLACK) {
            scratch = Arrays.copyOf(scratch, 2 * bytes + ChunkBatch.SLACK);
        }
        file.copy(offset, scratch, 0, bytes);
        frame.decode(scratch, 0, bytes, file.path(), offset);
    }

    /** The bytes of the chunk that was loaded last, with slack behind. */
    public byte[] data() {
        return scratch;
    }

    /** Adds the samples of the chunk that was loaded last, which must be as the index says. */
    public void decode(long ref, long minMs, long maxMs, SampleRun into) {
        into.add(frame, scratch, block.segment(ref).path(), ChunkFormat.offset(ref), minMs, maxMs);
    }
}
