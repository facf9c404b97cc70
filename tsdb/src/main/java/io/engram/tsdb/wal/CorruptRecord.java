package io.engram.tsdb.wal;

/** Bytes that are no record of the kind they claim to be. Says where, what stood there, and what should have. */
public final class CorruptRecord extends Exception {
    private static final long serialVersionUID = 1L;
    private final int offset;

    /** @param offset in the record, from its first byte */
    CorruptRecord(int offset, String expected, String found) {
        super("corrupt record at offset " + offset + ": expected " + expected + ", found " + found);
        this.offset = offset;
    }

    public int offset() {
        return offset;
    }
}
