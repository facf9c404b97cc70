package io.engram.tsdb.block;

import io.engram.model.block.BlockFile;
import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.block.BlockStats;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Writes a block, front to back: all symbols in order, then the series in label order, each with its chunks in the order of
 * their times. Chunks are copied as they are, and go to disk at once; in memory are four bytes a symbol, a table of the label
 * pairs and, in the end, one batch of postings ({@link PostingsWriter}).
 *
 * <pre>
 * try (BlockWriter writer = BlockWriter.create(folder, id)) {
 *     writer.addSymbol(...);                      // returns 0, 1, 2, …
 *     writer.beginSeries(ids, 2 * labelCount);    // name, value, name, value, …
 *     writer.addChunk(minMs, maxMs, encoding, bytes, from, length);
 *     writer.endSeries();
 *     writer.finish(contents -> new BlockMeta(id, …));
 * }
 * </pre>
 *
 * <p>The block is built in a folder beside its own, which is renamed when everything in it is durable, {@code meta.json}
 * written last. Closing before that takes the folder away. For one thread. A call that has thrown leaves the writer good for
 * nothing but {@link #close}.
 */
public final class BlockWriter implements AutoCloseable {
    /** What the folder of an unfinished block ends in; Prometheus removes such folders when it starts. */
    public static final String UNFINISHED_SUFFIX = ".tmp-for-creation";

    private final BlockId id;
    private final Path folder;
    private final Path unfinished;
    private final IndexWriter index;
    private final ChunkWriter chunkWriter;
    private final ChunkList chunks = new ChunkList();
    private final SampleCounts counts = new SampleCounts();
    private int[] series = new int[64];
    private int seriesLength;
    private boolean inSeries;
    private long seriesCount;
    private long minTimeMs = Long.MAX_VALUE;
    private long maxTimeMs = Long.MIN_VALUE;
    private boolean finished;

    /** Begins the block {@code parent/id}; what an earlier attempt at it left unfinished is removed. */
    public static BlockWriter create(Path parent, BlockId id) throws IOException {
        return create(parent, id, ChunkFormat.MAX_SEGMENT_BYTES, PostingsWriter.BATCH_REFS);
    }

    static BlockWriter create(Path parent, BlockId id, long maxSegmentBytes, int batchRefs) throws IOException {
        Path folder = parent.resolve(id.toString());
        if (Files.exists(folder)) {
            throw new FileAlreadyExistsException(folder.toString());
        }
        Path unfinished = parent.resolve(id + UNFINISHED_SUFFIX);
        BlockFolders.delete(unfinished);
        Files.createDirectories(unfinished);
        ChunkWriter chunkWriter = new ChunkWriter(unfinished.resolve(BlockPath.CHUNKS), maxSegmentBytes);
        IndexWriter index = new IndexWriter(unfinished.resolve(BlockPath.INDEX), batchRefs);
        return new BlockWriter(id, folder, unfinished, index, chunkWriter);
    }

    private BlockWriter(BlockId id, Path folder, Path unfinished, IndexWriter index, ChunkWriter chunkWriter) {
        this.id = id;
        this.folder = folder;
        this.unfinished = unfinished;
        this.index = index;
        this.chunkWriter = chunkWriter;
    }

    /**
     * Adds the next name or value of a label. Those that no series uses do no harm.
     *
     * @param utf8 its bytes are {@code utf8[from .. from + length)}, above those of the symbol before, compared unsigned;
     *     borrowed until the call returns
     * @return its number, from 0
     * @throws IllegalArgumentException where the order is broken
     */
    public int addSymbol(byte[] utf8, int from, int length) throws IOException {
        return index.addSymbol(utf8, from, length);
    }

    /**
     * Begins the next series. Symbols being numbered in their order, label order is the order of the arrays.
     *
     * @param symbols {@code symbols[0 .. length)} are a name and a value in turn, names rising; copied
     * @throws IllegalArgumentException where a name or the series does not rise, or a symbol was not added
     */
    public void beginSeries(int[] symbols, int length) throws IOException {
        if (inSeries) {
            throw new IllegalStateException("the series before has not ended");
        }
        index.checkSeries(symbols, length);
        if (series.length < length) {
            series = new int[2 * length];
        }
        System.arraycopy(symbols, 0, series, 0, length);
        seriesLength = length;
        inSeries = true;
        chunks.clear();
    }

    /**
     * Adds a chunk to the series that was begun.
     *
     * @param minMs of its first sample, above {@code maxMs} of the chunk before
     * @param maxMs of its last sample, included
     * @param encoding as {@link io.engram.model.read.ChunkEncoding} numbers them, or that of a newer Prometheus
     * @param data its bytes are {@code data[from .. from + length)}; borrowed until the call returns, not looked at beyond
     *     the count of samples
     * @throws IllegalArgumentException where the times do not rise
     */
    public void addChunk(long minMs, long maxMs, byte encoding, byte[] data, int from, int length) throws IOException {
        if (!inSeries) {
            throw new IllegalStateException("a chunk without a series");
        }
        if (minMs > maxMs || (chunks.count > 0 && minMs <= chunks.maxMs[chunks.count - 1])) {
            throw new IllegalArgumentException("chunk from " + minMs + " to " + maxMs + " does not follow chunk "
                    + chunks.count + (chunks.count > 0 ? ", which ends at " + chunks.maxMs[chunks.count - 1] : ""));
        }
        counts.add(encoding, data, from, length);
        chunks.add(minMs, maxMs, chunkWriter.add(encoding, data, from, length));
    }

    /** Ends the series; one without chunks is not in the block. */
    public void endSeries() throws IOException {
        if (!inSeries) {
            throw new IllegalStateException("no series has begun");
        }
        inSeries = false;
        if (chunks.count == 0) {
            return;
        }
        index.addSeries(series, seriesLength, chunks);
        seriesCount++;
        minTimeMs = Math.min(minTimeMs, chunks.minMs[0]);
        maxTimeMs = Math.max(maxTimeMs, chunks.maxMs[chunks.count - 1]);
    }

    /** Series with chunks so far. */
    public long seriesCount() {
        return seriesCount;
    }

    /**
     * Writes what is left, makes it durable and gives the folder its name.
     *
     * @param meta is asked for the block's {@code meta.json}, of the same id, when everything else is written
     * @return the folder of the block
     */
    public Path finish(Function<BlockContents, BlockMeta> meta) throws IOException {
        if (inSeries) {
            throw new IllegalStateException("the last series has not ended");
        }
        long indexBytes = index.finish();
        chunkWriter.finish();
        BlockStats stats = new BlockStats(
                counts.floats + counts.histograms, counts.floats, counts.histograms, seriesCount, counts.chunks, 0);
        boolean empty = seriesCount == 0;
        BlockMeta made =
                meta.apply(new BlockContents(stats, empty ? 0 : minTimeMs, empty ? 0 : maxTimeMs, files(indexBytes)));
        if (!made.id().equals(id)) {
            throw new IllegalArgumentException("the meta of block " + id + " is one of " + made.id());
        }
        byte[] json = made.print();
        try (FileOutput out = new FileOutput(unfinished.resolve(BlockMeta.FILE))) {
            out.put(json, 0, json.length);
            out.sync();
        }
        index.close();
        chunkWriter.close();
        BlockFolders.sync(unfinished.resolve(BlockPath.CHUNKS));
        BlockFolders.sync(unfinished);
        BlockFolders.rename(unfinished, folder);
        finished = true;
        return folder;
    }

    private List<BlockFile> files(long indexBytes) throws IOException {
        List<BlockFile> files = new ArrayList<>();
        long[] segments = chunkWriter.segmentBytes();
        for (int i = 0; i < segments.length; i++) {
            files.add(new BlockFile(BlockPath.CHUNKS + "/" + BlockPath.segmentName(i), segments[i]));
        }
        files.add(new BlockFile(BlockPath.INDEX, indexBytes));
        return files;
    }

    /** Takes away what is not finished. */
    @Override
    public void close() throws IOException {
        index.close();
        chunkWriter.close();
        if (!finished) {
            BlockFolders.delete(unfinished);
        }
    }
}
