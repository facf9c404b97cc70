package io.engram.tsdb.slab;

/**
 * How long a page of longs is, and where in it cache lines begin. With its header of 16 bytes a page is 1 MiB, the size
 * of the G1 regions that the launcher asks for: it gets a region of its own, is never copied, however young, and begins
 * on a cache line. With other collectors or regions all works, but pages are copied while they are young, and a block of
 * 64 bytes may lie across two lines.
 */
final class LongPage {
    static final int BYTES = 1 << 20;
    /** The first long that begins a pair of cache lines, which processors fetch together. */
    static final int FIRST = (128 - 16) / Long.BYTES;

    static final int LENGTH = (BYTES - 16) / Long.BYTES;

    private LongPage() {}
}
