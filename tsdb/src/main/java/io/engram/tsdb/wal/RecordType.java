package io.engram.tsdb.wal;

/**
 * The first byte of a record says what it is. Numbers from {@link #FIRST_FREE} to 127 are for records whose contents
 * this package does not know; the bit 128 says that zstd bytes follow.
 */
public final class RecordType {
    public static final int SAMPLES = 1;
    public static final int SERIES = 2;
    /** What a head keeps of series beside samples: {@link SideRecordEncoder}. */
    public static final int SIDE = 3;
    /** The lowest number that callers may give to records of their own. */
    public static final int FIRST_FREE = 16;

    static final int COMPRESSED = 0x80;

    private RecordType() {}

    /** The type of a record, compressed or not; 0, which no record has, where it is empty. */
    public static int of(byte[] bytes, int offset, int length) {
        return length == 0 ? 0 : bytes[offset] & ~COMPRESSED & 0xff;
    }
}
