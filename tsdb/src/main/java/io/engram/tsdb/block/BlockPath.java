package io.engram.tsdb.block;

/**
 * A file of a block, for messages: decoders of bytes say with it where those came from.
 *
 * @param block the block's ULID, or the folder it was read from
 * @param file within the block, such as {@code index} or {@code chunks/000001}
 */
public record BlockPath(String block, String file) {
    public static final String INDEX = "index";
    public static final String CHUNKS = "chunks";
    public static final String TOMBSTONES = "tombstones";
    public static final String META = "meta.json";

    public static BlockPath index(String block) {
        return new BlockPath(block, INDEX);
    }

    /** @param segment from 0, as references to chunks count them; the names of the files begin with 1 */
    public static BlockPath chunks(String block, int segment) {
        return new BlockPath(block, CHUNKS + "/" + segmentName(segment));
    }

    /** The name of the file of a chunk segment; {@code segment} begins with 0. */
    public static String segmentName(int segment) {
        return "%06d".formatted(segment + 1);
    }

    /** The same file with what is wrong in it. */
    public CorruptBlock corrupt(long offset, String expected, String found) {
        return new CorruptBlock(this, offset, expected, found);
    }

    CorruptBlock checksum(long offset, String of, int stored, int computed) {
        return corrupt(offset, "CRC-32C %08x of %s".formatted(stored, of), "%08x".formatted(computed));
    }
}
