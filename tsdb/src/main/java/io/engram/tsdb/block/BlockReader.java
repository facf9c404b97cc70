package io.engram.tsdb.block;

import io.engram.model.block.BlockMeta;
import io.engram.model.json.DamagedJson;
import io.engram.model.labels.Labels;
import io.engram.model.labels.Matcher;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.roaringbitmap.RoaringBitmap;

/**
 * A block on a local disk, its files mapped. Opening reads and checks contents, symbols and offset table; the rest is checked
 * when it is read. Everything read that is not what was written ends in {@link CorruptBlock}.
 *
 * <p>Safe for many threads; what they read into is their own. {@link #retain} keeps the files mapped while somebody reads,
 * also when the owner closes meanwhile.
 */
public final class BlockReader implements AutoCloseable {
    private final BlockMeta meta;
    private final MappedFile index;
    private final IndexContents contents;
    private final SymbolTable symbols;
    private final PostingsOffsetTable postings;
    private final MappedFile[] segments;
    private final Tombstones tombstones;
    private final Arena arena;
    /** The owner and those who retain it; 0 when it is closed. */
    private final AtomicInteger holders = new AtomicInteger(1);

    private boolean closed; // guarded by this

    /**
     * Opens the block in a folder, which is named by its ULID.
     *
     * @throws CorruptBlock where what is read at once is damaged
     */
    public static BlockReader open(Path folder) throws IOException {
        Arena arena = Arena.ofShared();
        try {
            return new BlockReader(folder, arena);
        } catch (Throwable e) {
            arena.close();
            throw e;
        }
    }

    private BlockReader(Path folder, Arena arena) throws IOException {
        this.arena = arena;
        this.meta = readMeta(folder);
        String block = meta.id().toString();
        BlockPath indexPath = BlockPath.index(block);
        index = MappedFile.open(folder, indexPath, arena);
        byte[] bytes = new byte[IndexFormat.TOC_BYTES];
        index.copy(0, bytes, 0, IndexFormat.HEADER_BYTES);
        IndexContents.checkHeader(bytes, 0, indexPath);
        index.copy(index.size() - IndexFormat.TOC_BYTES, bytes, 0, bytes.length);
        contents = IndexContents.decode(bytes, 0, index.size(), indexPath);
        symbols = SymbolTable.open(index.slice(contents.symbols(), contents.series()), indexPath, contents.symbols());
        postings = PostingsOffsetTable.open(
                index.slice(contents.postingsOffsetTable(), index.size() - IndexFormat.TOC_BYTES),
                indexPath,
                contents.postingsOffsetTable(),
                contents.postingsEnd());
        segments = openSegments(folder, block, arena);
        Path deleted = folder.resolve(BlockPath.TOMBSTONES);
        tombstones = Files.exists(deleted)
                ? Tombstones.decode(Files.readAllBytes(deleted), new BlockPath(block, BlockPath.TOMBSTONES))
                : Tombstones.NONE;
    }

    private static BlockMeta readMeta(Path folder) throws IOException {
        BlockPath path = new BlockPath(folder.getFileName().toString(), BlockPath.META);
        Path file = folder.resolve(BlockMeta.FILE);
        if (!Files.exists(file)) {
            throw path.corrupt(0, "a file", "none at " + file);
        }
        try {
            return BlockMeta.read(Files.readAllBytes(file), file.toString());
        } catch (DamagedJson e) {
            throw path.corrupt(0, "the meta of a block", e.getMessage());
        }
    }

    private static MappedFile[] openSegments(Path folder, String block, Arena arena) throws IOException {
        List<MappedFile> files = new ArrayList<>();
        byte[] header = new byte[ChunkFormat.HEADER_BYTES];
        for (int i = 0; Files.exists(folder.resolve(BlockPath.chunks(block, i).file())); i++) {
            MappedFile file = MappedFile.open(folder, BlockPath.chunks(block, i), arena);
            file.copy(0, header, 0, header.length);
            ChunkFrame.checkHeader(header, 0, file.path());
            files.add(file);
        }
        return files.toArray(MappedFile[]::new);
    }

    public BlockMeta meta() {
        return meta;
    }

    public SymbolTable symbols() {
        return symbols;
    }

    public PostingsOffsetTable postings() {
        return postings;
    }

    public IndexContents contents() {
        return contents;
    }

    public Tombstones tombstones() {
        return tombstones;
    }

    MappedFile index() {
        return index;
    }

    MappedFile[] segments() {
        return segments;
    }

    MappedFile segment(long ref) {
        int segment = ChunkFormat.segment(ref);
        if (segment < 0 || segment >= segments.length) {
            throw BlockPath.chunks(meta.id().toString(), segment)
                    .corrupt(ChunkFormat.offset(ref), "a chunk", "no such segment: the block has " + segments.length);
        }
        return segments[segment];
    }

    /** References of the series that pass all matchers; in rising order, which is label order. */
    public RoaringBitmap select(List<Matcher> matchers) {
        return new SelectionPlan(matchers, postings).evaluate(new LocalLists(this));
    }

    public RoaringBitmap allSeries() {
        return new LocalLists(this).read(postings.all());
    }

    /**
     * Reads the entry of a series.
     *
     * @param ref as {@link #select} gives it
     * @return {@code into}
     */
    public SeriesEntry series(int ref, SeriesEntry into) {
        long offset = IndexFormat.seriesOffset(ref);
        long room = contents.seriesEnd() - offset;
        if (offset < contents.series() || room <= 0) {
            throw index.path()
                    .corrupt(
                            offset,
                            "a series between " + contents.series() + " and " + contents.seriesEnd(),
                            "a reference to " + offset);
        }
        int bytes = (int) Math.min(room, SeriesEntry.FIRST_BYTES);
        byte[] data = into.scratch(bytes);
        index.copy(offset, data, 0, bytes);
        int whole = SeriesEntry.frameBytes(data, 0, bytes, index.path(), offset);
        if (whole < 0 || whole > room) {
            throw index.path().corrupt(offset, "a series", "the end of the series at " + contents.seriesEnd());
        }
        if (whole > bytes) {
            data = into.scratch(whole);
            index.copy(offset, data, 0, whole);
        }
        return into.decode(data, 0, whole, index.path(), ref, symbols.count());
    }

    /** Bytes of the entry of a series, length and checksum included. */
    int seriesBytes(int ref) {
        long offset = IndexFormat.seriesOffset(ref);
        byte[] data = new byte[(int) Math.min(Varint.MAX_BYTES, contents.seriesEnd() - offset)];
        index.copy(offset, data, 0, data.length);
        return SeriesEntry.frameBytes(data, 0, data.length, index.path(), offset);
    }

    public Labels labels(SeriesEntry series) {
        return series.labels(symbols);
    }

    /** A reader of chunks for one thread. */
    public BlockChunkReader chunkReader() {
        return new BlockChunkReader(this);
    }

    /** Names of labels, sorted by UTF-8, of the series that pass all matchers. */
    public List<String> labelNames(List<Matcher> matchers) {
        return matchers.isEmpty() ? postings.names() : new LabelListing(this).names(select(matchers));
    }

    /** Values of a label, sorted by UTF-8, of the series that pass all matchers. */
    public List<String> labelValues(String name, List<Matcher> matchers) {
        return new LabelListing(this).values(name, matchers.isEmpty() ? null : select(matchers));
    }

    /** Keeps the files mapped until {@link #release}; false where they are closed already. */
    public boolean retain() {
        int before = holders.get();
        while (before > 0) {
            if (holders.compareAndSet(before, before + 1)) {
                return true;
            }
            before = holders.get();
        }
        return false;
    }

    public void release() {
        if (holders.decrementAndGet() == 0) {
            arena.close();
        }
    }

    /** Closes the files as soon as nobody retains them; once is enough. */
    @Override
    public void close() {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        release();
    }
}
