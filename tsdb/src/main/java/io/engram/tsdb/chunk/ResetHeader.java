package io.engram.tsdb.chunk;

/** The two upper bits of a histogram chunk's third byte: what was known of a counter reset when it was begun. */
final class ResetHeader {
    static final int UNKNOWN = 0;
    static final int NOT_RESET = 0x40;
    static final int RESET = 0x80;
    static final int GAUGE = 0xC0;

    static final int MASK = 0xC0;

    private ResetHeader() {}
}
