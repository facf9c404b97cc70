package io.engram.storegateway;

import io.engram.bucket.Bucket;
import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.NoSuchObject;
import io.engram.model.block.BlockFile;
import io.engram.model.block.BlockMeta;
import io.engram.model.block.ThanosSection;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.tsdb.block.BlockPath;
import io.engram.tsdb.block.IndexContents;
import io.engram.tsdb.block.IndexFormat;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;

/**
 * Makes the index-header of a block from the bucket.
 *
 * <ol>
 *   <li>{@code meta.json}: what makes a block exist, and names its files with their sizes; where it does not, the bucket is asked.
 *   <li>{@code tombstones}, where there may be such a file.
 *   <li>The end of the index: its contents, and in small blocks all of the postings offset table.
 *   <li>The beginning of the index up to its series: the symbols.
 *   <li>What is missing of the postings offset table.
 * </ol>
 *
 * The file is written beside its place, synced and renamed.
 */
final class HeaderBuild {
    /** Read at the end of an index in one go: the tables of most 2 h blocks fit in. */
    private static final int TAIL_BYTES = 256 << 10;

    private static final int MAX_META_BYTES = 16 << 20;
    /** What is deleted stays in the memory while the header is loaded; a million intervals take some 16 MB here. */
    private static final int MAX_TOMBSTONES_BYTES = 32 << 20;

    private final Bucket bucket;
    private final RangeReads reads;
    private final long maxRangeBytes;

    HeaderBuild(Bucket bucket, RangeReads reads, long maxRangeBytes) {
        this.bucket = bucket;
        this.reads = reads;
        this.maxRangeBytes = maxRangeBytes;
    }

    /**
     * Writes the header to its place; an earlier one is replaced.
     *
     * @param believeMeta whether the sizes of files are taken from {@code meta.json}; else from the bucket
     * @throws BlockGone where the block is not in the bucket
     * @throws io.engram.tsdb.block.CorruptBlock where what was read is no index
     * @throws IOException where the local disk cannot be written
     */
    void build(BlockKey key, Path target, boolean believeMeta) throws IOException {
        byte[] json = meta(key);
        BlockMeta meta = HeaderFormat.meta(json, new BlockPath(key.block().toString(), BlockPath.META));
        List<BlockFile> files =
                believeMeta ? meta.thanos().map(ThanosSection::files).orElse(List.of()) : List.of();
        byte[] tombstones = tombstones(key, meta, files);
        long indexBytes = indexBytes(key, files);
        long[] segmentBytes = segmentBytes(key, files);
        StoredFile index = new StoredFile(
                -1,
                0,
                key.objectKey(BlockPath.INDEX),
                BlockPath.index(key.block().toString()),
                indexBytes);
        if (indexBytes < IndexFormat.HEADER_BYTES + IndexFormat.TOC_BYTES) {
            throw index.path().corrupt(0, "an index", "a file of " + indexBytes + " bytes");
        }
        Range tailRange = new Range(Math.max(0, indexBytes - TAIL_BYTES), indexBytes);
        byte[] tail = reads.read(index, tailRange);
        byte[] toc = Arrays.copyOfRange(tail, tail.length - IndexFormat.TOC_BYTES, tail.length);
        IndexContents contents = IndexContents.decode(toc, 0, indexBytes, index.path());

        Files.createDirectories(target.getParent());
        Path unfinished = target.resolveSibling(target.getFileName() + HeaderFormat.UNFINISHED_SUFFIX);
        try {
            try (FileChannel out = FileChannel.open(
                    unfinished,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.TRUNCATE_EXISTING,
                    StandardOpenOption.WRITE)) {
                write(out, HeaderFormat.head(indexBytes, toc, segmentBytes, json, tombstones), 0);
                copy(out, index, 0, contents.series(), tail, tailRange.offset());
                copy(
                        out,
                        index,
                        contents.postingsOffsetTable(),
                        indexBytes - IndexFormat.TOC_BYTES,
                        tail,
                        tailRange.offset());
                out.force(true);
            }
            Files.move(unfinished, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (Throwable e) {
            discard(unfinished, e); // a disk that is full needs the room
            throw e;
        }
        try (FileChannel folder = FileChannel.open(target.getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    private static void discard(Path unfinished, Throwable why) {
        try {
            Files.deleteIfExists(unfinished);
        } catch (IOException e) {
            why.addSuppressed(e);
        }
    }

    private byte[] meta(BlockKey key) {
        try {
            return bucket.get(key.objectKey(BlockPath.META), MAX_META_BYTES).bytes();
        } catch (NoSuchObject e) {
            throw new BlockGone(key, e);
        } catch (BucketUnavailable e) {
            throw unavailable(key, e);
        }
    }

    /**
     * The file, checked; empty where there is none. It is asked for where {@code meta.json} counts deletions, or does not list
     * the block's files: only what was copied into the bucket by hand has one, and other blocks shall not cost the request.
     */
    private byte[] tombstones(BlockKey key, BlockMeta meta, List<BlockFile> files) {
        boolean listed = files.stream().anyMatch(file -> file.path().equals(BlockPath.TOMBSTONES));
        if (!listed && !files.isEmpty() && meta.stats().tombstones() == 0) {
            return new byte[0];
        }
        try {
            byte[] bytes = bucket.get(key.objectKey(BlockPath.TOMBSTONES), MAX_TOMBSTONES_BYTES)
                    .bytes();
            HeaderFormat.tombstones(bytes, key.block().toString());
            return bytes;
        } catch (NoSuchObject e) {
            return new byte[0]; // senders leave it at home, and what it deletes with it
        } catch (BucketUnavailable e) {
            throw unavailable(key, e);
        }
    }

    private long indexBytes(BlockKey key, List<BlockFile> files) {
        for (BlockFile file : files) {
            if (file.path().equals(BlockPath.INDEX) && file.sizeBytes() > 0) {
                return file.sizeBytes();
            }
        }
        try {
            return bucket.stat(key.objectKey(BlockPath.INDEX)).sizeBytes();
        } catch (NoSuchObject e) {
            throw new BlockGone(key, e);
        } catch (BucketUnavailable e) {
            throw unavailable(key, e);
        }
    }

    private long[] segmentBytes(BlockKey key, List<BlockFile> files) {
        TreeMap<String, Long> sizes = new TreeMap<>();
        String prefix = BlockPath.CHUNKS + "/";
        for (BlockFile file : files) {
            if (file.path().startsWith(prefix) && file.sizeBytes() > 0) {
                sizes.put(file.path().substring(prefix.length()), file.sizeBytes());
            }
        }
        if (sizes.isEmpty()) {
            String folder = key.objectKey(prefix);
            try {
                bucket.list(folder, Bucket.Depth.FOLDER, page -> {
                    page.objects()
                            .forEach(object -> sizes.put(object.key().substring(folder.length()), object.sizeBytes()));
                    return true;
                });
            } catch (BucketUnavailable e) {
                throw unavailable(key, e);
            }
        }
        // Segments are numbered without holes; what lies behind a hole belongs to nobody.
        int count = 0;
        while (sizes.containsKey(BlockPath.segmentName(count))) {
            count++;
        }
        long[] bytes = new long[count];
        Arrays.setAll(bytes, i -> sizes.get(BlockPath.segmentName(i)));
        return bytes;
    }

    /** Writes {@code index[from .. until)}; what lies in {@code tail} is not read again. */
    private void copy(FileChannel out, StoredFile index, long from, long until, byte[] tail, long tailAt)
            throws IOException {
        for (long at = from; at < until; ) {
            if (at >= tailAt) {
                write(out, tail, (int) (at - tailAt), (int) (until - at));
                return;
            }
            long end = Math.min(Math.min(until, tailAt), at + maxRangeBytes);
            byte[] part = reads.read(index, new Range(at, end));
            if (at == 0) {
                IndexContents.checkHeader(part, 0, index.path());
            }
            write(out, part, 0);
            at = end;
        }
    }

    private static void write(FileChannel out, byte[] bytes, int from) throws IOException {
        write(out, bytes, from, bytes.length - from);
    }

    private static void write(FileChannel out, byte[] bytes, int from, int length) throws IOException {
        ByteBuffer buffer = ByteBuffer.wrap(bytes, from, length);
        while (buffer.hasRemaining()) {
            out.write(buffer);
        }
    }

    private static Failure unavailable(BlockKey key, BucketUnavailable e) {
        return new Failure(ErrorId.BLOCK_UNAVAILABLE, "open block " + key + ": " + e.getMessage(), e);
    }
}
