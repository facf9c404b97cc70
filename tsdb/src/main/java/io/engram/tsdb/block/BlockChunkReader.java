package io.engram.tsdb.block;

import io.engram.model.read.ChunkBatch;
import io.engram.model.read.ChunkEncoding;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;

/**
 * Reads the chunks of a block: {@link BlockReader#chunkReader} makes one for each thread. Checksums are compared; samples that
 * tombstones delete are left out; chunks in newer encodings than Engram writes come as those that it does.
 */
public final class BlockChunkReader {
    private final BlockReader block;
    private final SampleRun run = new SampleRun();
    private final ChunkCutter cutter = new ChunkCutter();
    private byte[] scratch = new byte[4096];

    /** The chunk that was read last; its data is in {@link #data}. */
    public final ChunkFrame frame = new ChunkFrame();

    BlockChunkReader(BlockReader block) {
        this.block = block;
    }

    /**
     * Adds the chunks of a series that have samples in {@code [minMs, maxMs]}, both included, to a batch. Does not end the
     * series there.
     *
     * @throws CorruptBlock where a chunk is damaged; the batch is good for nothing then
     */
    public void read(SeriesEntry series, long minMs, long maxMs, ChunkBatch into) {
        Intervals deleted = block.tombstones().of(series.ref);
        ChunkList chunks = series.chunks;
        for (int c = 0; c < chunks.count; c++) {
            long min = chunks.minMs[c];
            long max = chunks.maxMs[c];
            if (max < minMs || min > maxMs || deleted.covers(min, max)) {
                continue;
            }
            load(chunks.ref[c]);
            if (frame.encoding <= ChunkEncoding.FLOAT_HISTOGRAM && !deleted.touches(min, max)) {
                add(into, min, max, frame.encoding, scratch, frame.dataAt, frame.dataLength);
            } else {
                recode(chunks, c, deleted, into);
            }
        }
    }

    private void recode(ChunkList chunks, int c, Intervals deleted, ChunkBatch into) {
        run.clear();
        decode(chunks.ref[c], chunks.minMs[c], chunks.maxMs[c], run);
        if (!deleted.isEmpty()) {
            run.keep(0, time -> !deleted.contains(time));
        }
        try {
            cutter.cut(
                    run, (min, max, encoding, data, from, length) -> add(into, min, max, encoding, data, from, length));
        } catch (IOException e) {
            throw new UncheckedIOException(e); // a batch does not throw it
        }
    }

    private static void add(ChunkBatch into, long min, long max, byte encoding, byte[] data, int from, int length) {
        int at = into.addChunk(encoding, min, max, length);
        System.arraycopy(data, from, into.data, at, length);
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
