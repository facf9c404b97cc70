package io.engram.storegateway;

import io.engram.model.block.BlockMeta;
import io.engram.tsdb.block.BlockPath;
import io.engram.tsdb.block.IndexContents;
import io.engram.tsdb.block.PostingsOffsetTable;
import io.engram.tsdb.block.SymbolTable;
import io.engram.tsdb.block.Tombstones;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An index-header in memory: the file is mapped, of its symbols and label pairs every 32nd is known, the rest is looked up in
 * the mapping. Safe for many threads. Whoever gets one from {@link HeaderStore} has retained it, and releases it.
 */
final class IndexHeader {
    /** A dozen labels and a day of chunks. */
    private static final int UNKNOWN_ENTRY_BYTES = 512;

    private final BlockKey key;
    private final HeaderFormat.Head head;
    private final StoredFile index;
    private final StoredFile[] segments;
    private final SymbolTable symbols;
    private final PostingsOffsetTable postings;
    private final Arena arena;
    /** The store and those who retain it; 0 when the file is no longer mapped. */
    private final AtomicInteger holders = new AtomicInteger(1);

    /**
     * Maps a header, compares its checksums and walks through it once.
     *
     * @param handle of the block in this process
     * @throws io.engram.tsdb.block.CorruptBlock where it is not what was written
     */
    static IndexHeader open(Path file, BlockKey key, long handle) throws IOException {
        Arena arena = Arena.ofShared();
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
            HeaderFormat.Head head = HeaderFormat.read(channel, key);
            MemorySegment mapped = channel.map(FileChannel.MapMode.READ_ONLY, 0, channel.size(), arena);
            return new IndexHeader(key, handle, head, mapped, arena);
        } catch (Throwable e) {
            arena.close();
            throw e;
        }
    }

    private IndexHeader(BlockKey key, long handle, HeaderFormat.Head head, MemorySegment mapped, Arena arena) {
        this.key = key;
        this.head = head;
        this.arena = arena;
        String block = key.block().toString();
        if (!head.meta().id().equals(key.block())) {
            throw HeaderFormat.path(key)
                    .corrupt(
                            0,
                            "the header of " + block,
                            "that of " + head.meta().id());
        }
        BlockPath path = BlockPath.index(block);
        IndexContents contents = head.contents();
        index = new StoredFile(handle, 0, key.objectKey(BlockPath.INDEX), path, head.indexBytes());
        segments = new StoredFile[head.segmentBytes().length];
        for (int i = 0; i < segments.length; i++) {
            BlockPath segment = BlockPath.chunks(block, i);
            segments[i] = new StoredFile(handle, i + 1, key.objectKey(segment.file()), segment, head.segmentBytes()[i]);
        }
        symbols = SymbolTable.open(
                mapped.asSlice(head.symbolsAt() + contents.symbols(), contents.series() - contents.symbols()),
                path,
                contents.symbols());
        postings = PostingsOffsetTable.open(
                mapped.asSlice(head.offsetsAt(), head.offsetsBytes()),
                path,
                contents.postingsOffsetTable(),
                contents.postingsEnd());
    }

    BlockKey key() {
        return key;
    }

    BlockMeta meta() {
        return head.meta();
    }

    IndexContents contents() {
        return head.contents();
    }

    /** What was deleted of the block before it came into the bucket. */
    Tombstones tombstones() {
        return head.tombstones();
    }

    StoredFile index() {
        return index;
    }

    StoredFile[] segments() {
        return segments;
    }

    SymbolTable symbols() {
        return symbols;
    }

    PostingsOffsetTable postings() {
        return postings;
    }

    /** Bytes of a series' entry on average, by what the meta says. */
    int averageEntryBytes() {
        long series = head.meta().stats().series();
        if (series == 0) {
            return UNKNOWN_ENTRY_BYTES; // old writers did not count
        }
        return Math.clamp((contents().seriesEnd() - contents().series()) / series, 32, 1 << 20);
    }

    /** Keeps it mapped until {@link #release}; false where it is not any more. */
    boolean retain() {
        int before = holders.get();
        while (before > 0) {
            if (holders.compareAndSet(before, before + 1)) {
                return true;
            }
            before = holders.get();
        }
        return false;
    }

    void release() {
        if (holders.decrementAndGet() == 0) {
            arena.close();
        }
    }
}
