package io.engram.tsdb.block;

/** Bytes of a block that are not what was written: cut off, or damaged. Thrown where they are read. */
public final class CorruptBlock extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final transient BlockPath file;
    private final long offset;
    private final String expected;
    private final String found;

    CorruptBlock(BlockPath file, long offset, String expected, String found) {
        super("block %s: %s at offset %d: expected %s, found %s"
                .formatted(file.block(), file.file(), offset, expected, found));
        this.file = file;
        this.offset = offset;
        this.expected = expected;
        this.found = found;
    }

    public BlockPath file() {
        return file;
    }

    /** In bytes from the beginning of the file. */
    public long offset() {
        return offset;
    }

    public String expected() {
        return expected;
    }

    public String found() {
        return found;
    }
}
