package io.engram.storegateway;

import io.engram.model.block.BlockMeta;
import io.engram.model.json.DamagedJson;
import io.engram.tsdb.block.BlockPath;
import io.engram.tsdb.block.IndexContents;
import io.engram.tsdb.block.IndexFormat;
import io.engram.tsdb.block.Tombstones;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * An index-header: what is needed of a block's index to find postings, as a file on the local disk. The two long parts are
 * copies out of the index, checksums included.
 *
 * <pre>
 * magic       45474948, version 2 (1), zeros (3)
 * head        length (4), body, CRC-32C of the body (4)
 *   body      bytes of the index (8), the last 52 bytes of the index,
 *             count of chunk segments (4), bytes of each (8), length (4) and bytes of meta.json,
 *             length (4) and bytes of tombstones, 0 where the block has none
 * symbols     the index up to its series
 * offsets     the postings offset table, from where it begins up to the contents at the end of the index
 * </pre>
 *
 * Numbers are big-endian.
 */
final class HeaderFormat {
    /** What files of index-headers end in. */
    static final String SUFFIX = ".header";

    /** What is being written ends in this as well. */
    static final String UNFINISHED_SUFFIX = ".tmp";

    private static final int MAGIC = 0x45474948;
    private static final byte VERSION = 2;
    private static final int PREFIX_BYTES = 12;
    /** A head beyond this is taken for damage. */
    private static final int MAX_HEAD_BYTES = 64 << 20;

    private HeaderFormat() {}

    /**
     * What stands in the head.
     *
     * @param segmentBytes size of each chunk segment
     * @param tombstones what was deleted of the block before it came into the bucket
     * @param symbolsAt where the symbols begin in the header's file
     * @param offsetsAt where the postings offset table begins in it
     */
    record Head(
            BlockMeta meta,
            long indexBytes,
            IndexContents contents,
            long[] segmentBytes,
            Tombstones tombstones,
            long symbolsAt,
            long offsetsAt) {
        /** Of the table, in the header. */
        long offsetsBytes() {
            return indexBytes - IndexFormat.TOC_BYTES - contents.postingsOffsetTable();
        }
    }

    static BlockPath path(BlockKey key) {
        return new BlockPath(key.block().toString(), "index-header");
    }

    /**
     * @param contents the last {@link IndexFormat#TOC_BYTES} of the index
     * @param tombstones the file; empty where the block has none
     */
    static byte[] head(long indexBytes, byte[] contents, long[] segmentBytes, byte[] meta, byte[] tombstones) {
        int bodyBytes =
                8 + IndexFormat.TOC_BYTES + 4 + 8 * segmentBytes.length + 4 + meta.length + 4 + tombstones.length;
        ByteBuffer out = ByteBuffer.allocate(PREFIX_BYTES + bodyBytes + 4);
        out.putInt(MAGIC).put(VERSION).put(new byte[3]).putInt(bodyBytes);
        out.putLong(indexBytes).put(contents).putInt(segmentBytes.length);
        for (long bytes : segmentBytes) {
            out.putLong(bytes);
        }
        out.putInt(meta.length).put(meta);
        out.putInt(tombstones.length).put(tombstones);
        out.putInt(crc(out.array(), PREFIX_BYTES, bodyBytes));
        return out.array();
    }

    /**
     * Reads the head of a file, and demands that the rest has the length that it must have.
     *
     * @throws io.engram.tsdb.block.CorruptBlock where it is not what was written
     */
    static Head read(FileChannel file, BlockKey key) throws IOException {
        BlockPath path = path(key);
        ByteBuffer prefix = read(file, 0, PREFIX_BYTES, path);
        int magic = prefix.getInt();
        byte version = prefix.get();
        if (magic != MAGIC || version != VERSION) {
            throw path.corrupt(
                    0, "%08x, version %d".formatted(MAGIC, VERSION), "%08x, version %d".formatted(magic, version));
        }
        int bodyBytes = prefix.getInt(8);
        if (bodyBytes < 0 || bodyBytes > MAX_HEAD_BYTES) {
            throw path.corrupt(8, "a length up to " + MAX_HEAD_BYTES, Integer.toUnsignedString(bodyBytes));
        }
        ByteBuffer in = read(file, PREFIX_BYTES, bodyBytes + 4, path);
        int stored = in.getInt(bodyBytes);
        int computed = crc(in.array(), 0, bodyBytes);
        if (stored != computed) {
            throw path.corrupt(
                    PREFIX_BYTES + bodyBytes, "CRC-32C %08x of the head".formatted(stored), "%08x".formatted(computed));
        }
        Head head = body(in, PREFIX_BYTES + bodyBytes + 4L, path);
        long end = head.offsetsAt + head.offsetsBytes();
        if (file.size() != end) {
            throw path.corrupt(0, "a file of " + end + " bytes", file.size() + " bytes");
        }
        return head;
    }

    /** Reads what the checksum has vouched for. */
    private static Head body(ByteBuffer in, long symbolsAt, BlockPath path) {
        long indexBytes = in.getLong();
        byte[] tail = new byte[IndexFormat.TOC_BYTES];
        in.get(tail);
        IndexContents contents = IndexContents.decode(tail, 0, indexBytes, BlockPath.index(path.block()));
        long[] segmentBytes = new long[in.getInt()];
        Arrays.setAll(segmentBytes, _ -> in.getLong());
        byte[] json = new byte[in.getInt()];
        in.get(json);
        byte[] tombstones = new byte[in.getInt()];
        in.get(tombstones);
        return new Head(
                meta(json, path),
                indexBytes,
                contents,
                segmentBytes,
                tombstones(tombstones, path.block()),
                symbolsAt,
                symbolsAt + contents.series());
    }

    /** @param file its bytes; none where the block has no such file */
    static Tombstones tombstones(byte[] file, String block) {
        return file.length == 0 ? Tombstones.NONE : Tombstones.decode(file, new BlockPath(block, BlockPath.TOMBSTONES));
    }

    static BlockMeta meta(byte[] json, BlockPath path) {
        try {
            return BlockMeta.read(json, path.file());
        } catch (DamagedJson e) {
            throw path.corrupt(0, "the meta of a block", e.getMessage());
        }
    }

    private static ByteBuffer read(FileChannel file, long offset, int bytes, BlockPath path) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(bytes);
        while (into.hasRemaining()) {
            if (file.read(into, offset + into.position()) < 0) {
                throw path.corrupt(offset, bytes + " bytes", "the end of the file at " + file.size());
            }
        }
        return into.flip();
    }

    private static int crc(byte[] data, int from, int length) {
        CRC32C crc = new CRC32C();
        crc.update(data, from, length);
        return (int) crc.getValue();
    }

    /** Where the header of a block lies. */
    static Path file(Path folder, BlockKey key) {
        return folder.resolve(key.tenant().value()).resolve(key.block() + SUFFIX);
    }
}
