package io.engram.tsdb.slab;

import java.util.Arrays;

/**
 * Records of sixteen longs, 32 to an <em>extent</em>, in pages of 255 extents. A tenant takes an extent when the one before is full, so that record {@code i} of a tenant is
 * found through one small array.
 *
 * <p>Thread rules: {@link #allocate}, {@link #free} by any thread; a record's contents belong to whoever holds the
 * lock that its owner names. Process-wide; extents come back zeroed.
 */
public final class RecordSlab {
    public static final int RECORD_LONGS = 16;
    public static final int EXTENT_SHIFT = 5;
    public static final int EXTENT_RECORDS = 1 << EXTENT_SHIFT;
    public static final int EXTENT_BYTES = EXTENT_RECORDS * RECORD_LONGS * Long.BYTES;

    /** Never handed out: it may stand for "nothing". */
    public static final int NONE = 0;

    private static final int PAGE_SHIFT = 8;
    private static final int PAGE_MASK = (1 << PAGE_SHIFT) - 1;
    private static final int PAGE_EXTENTS = PAGE_MASK; // one fewer than addresses: the page has a header
    private static final int EXTENT_LONGS = EXTENT_RECORDS * RECORD_LONGS;

    /** Replaced by a longer copy when it is full; readers with an older one find their pages in it. */
    private volatile long[][] pages = new long[4][];

    private int pageCount; // guarded by this
    private int nextInPage = PAGE_EXTENTS; // guarded by this
    private int[] free = new int[16]; // guarded by this
    private int freeCount; // guarded by this
    private long used; // guarded by this

    public synchronized int allocate() {
        used++;
        if (freeCount > 0) {
            int extent = free[--freeCount];
            int from = offset(extent, 0);
            Arrays.fill(page(extent), from, from + EXTENT_LONGS, 0);
            return extent;
        }
        if (nextInPage == PAGE_EXTENTS) {
            long[][] all = pages;
            if (pageCount == all.length) {
                all = Arrays.copyOf(all, 2 * all.length);
            }
            all[pageCount++] = new long[LongPage.LENGTH];
            pages = all;
            nextInPage = pageCount == 1 ? 1 : 0; // extent 0 stands for nothing
        }
        return (pageCount - 1) << PAGE_SHIFT | nextInPage++;
    }

    public synchronized void free(int extent) {
        used--;
        if (freeCount == free.length) {
            free = Arrays.copyOf(free, 2 * freeCount);
        }
        free[freeCount++] = extent;
    }

    /** The page that holds the extent. */
    public long[] page(int extent) {
        return pages[extent >>> PAGE_SHIFT];
    }

    /** Where in its page record {@code index} of the extent begins; {@code index} counts modulo 32. */
    public static int offset(int extent, int index) {
        return LongPage.FIRST + (extent & PAGE_MASK) * EXTENT_LONGS + (index & (EXTENT_RECORDS - 1)) * RECORD_LONGS;
    }

    /** Bytes in extents now handed out. */
    public synchronized long usedBytes() {
        return used * EXTENT_BYTES;
    }

    /** Bytes in pages, handed out or not. */
    public synchronized long reservedBytes() {
        return (long) pageCount * LongPage.BYTES;
    }
}
