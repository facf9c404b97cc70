package io.engram.tsdb.index;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;

/** As {@link IntColumn}, of references; a reader that sees a reference sees what it refers to as it was when set. */
final class RefColumn {
    private static final VarHandle REFS = MethodHandles.arrayElementVarHandle(Object[].class);
    private static final int PAGE_SHIFT = 12;
    private static final int PAGE_REFS = 1 << PAGE_SHIFT;
    private static final int MASK = PAGE_REFS - 1;
    private static final int FIRST_REFS = 16;

    private volatile Object[][] pages = new Object[1][];
    private volatile long bytes = HeapSize.array(1, 4);

    Object get(int index) {
        Object[][] all = pages;
        int pageIndex = index >>> PAGE_SHIFT;
        Object[] page = pageIndex < all.length ? all[pageIndex] : null;
        int at = index & MASK;
        return page != null && at < page.length ? REFS.getAcquire(page, at) : null;
    }

    void set(int index, Object value) {
        int pageIndex = index >>> PAGE_SHIFT;
        Object[][] all = pages;
        Object[] page = pageIndex < all.length ? all[pageIndex] : null;
        if (page == null || (index & MASK) >= page.length) {
            page = grow(pageIndex, index & MASK);
        }
        REFS.setRelease(page, index & MASK, value);
    }

    long bytes() {
        return bytes;
    }

    private Object[] grow(int pageIndex, int at) {
        Object[][] all = pages;
        long grown = bytes;
        if (pageIndex >= all.length) {
            grown -= HeapSize.array(all.length, 4);
            all = Arrays.copyOf(all, Math.max(pageIndex + 1, all.length + (all.length >> 1)));
            grown += HeapSize.array(all.length, 4);
        }
        Object[] old = all[pageIndex];
        int length = pageIndex > 0 ? PAGE_REFS : FIRST_REFS;
        while (length <= at) {
            length <<= 1;
        }
        Object[] page = old == null ? new Object[length] : Arrays.copyOf(old, length);
        grown += HeapSize.array(length, 4) - (old == null ? 0 : HeapSize.array(old.length, 4));
        all[pageIndex] = page;
        pages = all;
        bytes = grown;
        return page;
    }
}
