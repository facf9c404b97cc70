package io.engram.tsdb.index;

import java.util.Arrays;

/**
 * An {@code int} for every number from 0 on; 0 where none was set. Pages of 16 KiB, the first one growing from 64 bytes,
 * so that neither a small tenant nor a large one pays for entries it does not have.
 *
 * <p>One writer. Readers see what was set before whatever told them the number.
 */
final class IntColumn {
    private static final int PAGE_SHIFT = 12;
    private static final int PAGE_INTS = 1 << PAGE_SHIFT;
    private static final int MASK = PAGE_INTS - 1;
    private static final int FIRST_INTS = 16;

    private volatile int[][] pages = new int[1][];
    private volatile long bytes = HeapSize.array(1, 4);

    int get(int index) {
        int[][] all = pages;
        int pageIndex = index >>> PAGE_SHIFT;
        if (pageIndex >= all.length) {
            return 0;
        }
        int[] page = all[pageIndex];
        int at = index & MASK;
        return page != null && at < page.length ? page[at] : 0;
    }

    void set(int index, int value) {
        int pageIndex = index >>> PAGE_SHIFT;
        int[][] all = pages;
        int[] page = pageIndex < all.length ? all[pageIndex] : null;
        if (page == null || (index & MASK) >= page.length) {
            page = grow(pageIndex, index & MASK);
        }
        page[index & MASK] = value;
    }

    long bytes() {
        return bytes;
    }

    private int[] grow(int pageIndex, int at) {
        int[][] all = pages;
        long grown = bytes;
        if (pageIndex >= all.length) {
            grown -= HeapSize.array(all.length, 4);
            all = Arrays.copyOf(all, Math.max(pageIndex + 1, all.length + (all.length >> 1)));
            grown += HeapSize.array(all.length, 4);
        }
        int[] old = all[pageIndex];
        int length = pageIndex > 0 ? PAGE_INTS : FIRST_INTS;
        while (length <= at) {
            length <<= 1;
        }
        int[] page = old == null ? new int[length] : Arrays.copyOf(old, length);
        grown += HeapSize.array(length, 4) - (old == null ? 0 : HeapSize.array(old.length, 4));
        all[pageIndex] = page;
        pages = all; // after the page is in it: a reader must not find an older, shorter page
        bytes = grown;
        return page;
    }
}
