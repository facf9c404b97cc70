package io.engram.tsdb.slab;

import java.util.Arrays;

/**
 * Blocks of eight longs that form chains: seven longs of payload, the number of the block before it in the eighth, so
 * that a chain grows without its last block being touched. The slab consists of sixteen shards, each with a stack of free
 * blocks and a lock of its own, so that the lock stripes of a head take and give blocks without meeting each other; a shard
 * draws 1,024 new blocks at a time from the newest page.
 *
 * <p>Thread rules: every method may be called by any thread. The payload of a block belongs to whoever allocated it.
 */
public final class BlockSlab {
    public static final int SHARDS = 16;
    public static final int PAYLOAD_LONGS = 7;
    public static final int BLOCK_BYTES = 64;

    /** Never handed out: it may stand for "nothing". */
    public static final int NONE = 0;

    private static final int BLOCK_LONGS = 8;
    private static final int PAGE_SHIFT = 14;
    private static final int PAGE_MASK = (1 << PAGE_SHIFT) - 1;
    private static final int PAGE_BLOCKS = PAGE_MASK - 1; // two fewer than addresses: the page has a header
    private static final int SPAN_BLOCKS = 1 << 10;

    private final Shard[] shards = new Shard[SHARDS];
    private final Object growLock = new Object();
    private volatile long[][] pages = new long[4][];
    private int pageCount; // guarded by growLock
    private int nextInPage = PAGE_BLOCKS; // guarded by growLock

    public BlockSlab() {
        Arrays.setAll(shards, _ -> new Shard());
    }

    /** A block; what it holds is undefined, its link included. */
    public int allocate(int shard) {
        Shard from = shards[shard];
        int block;
        synchronized (from) {
            from.used++;
            if (from.freeCount > 0) {
                block = from.free[--from.freeCount];
            } else {
                if (from.next == from.end) {
                    drawSpan(from);
                }
                block = from.next++;
            }
        }
        return block;
    }

    /** Gives back a chain of {@code count} blocks that were allocated from this shard. */
    public void freeChain(int shard, int last, int count) {
        Shard to = shards[shard];
        synchronized (to) {
            if (to.freeCount + count > to.free.length) {
                to.free = Arrays.copyOf(to.free, Math.max(2 * to.free.length, to.freeCount + count));
            }
            int block = last;
            to.free[to.freeCount++] = block;
            for (int k = 1; k < count; k++) {
                block = before(block);
                to.free[to.freeCount++] = block;
            }
            to.used -= count;
        }
    }

    public long[] page(int block) {
        return pages[block >>> PAGE_SHIFT];
    }

    /** Where in its page the block's payload begins. */
    public static int offset(int block) {
        return LongPage.FIRST + (block & PAGE_MASK) * BLOCK_LONGS;
    }

    /**
     * A word of a block, for who only wants it in the processor's cache. What is handed in may be anything that a racing
     * reader found: the block may have another owner by now, or lie in a page that this thread does not see yet, which
     * gives 0.
     */
    public long peek(int block) {
        long[][] all = pages;
        int page = block >>> PAGE_SHIFT;
        return page < all.length && all[page] != null ? all[page][offset(block)] : 0;
    }

    /** The block before this one in its chain; undefined for the first. */
    public int before(int block) {
        return (int) page(block)[offset(block) + PAYLOAD_LONGS];
    }

    /** Makes it the block that follows {@code before} in a chain. */
    public void link(int block, int before) {
        page(block)[offset(block) + PAYLOAD_LONGS] = before;
    }

    /** Bytes in blocks now handed out. */
    public long usedBytes() {
        long used = 0;
        for (Shard shard : shards) {
            synchronized (shard) {
                used += shard.used;
            }
        }
        return used * BLOCK_BYTES;
    }

    /** Bytes in pages, handed out or not. */
    public long reservedBytes() {
        synchronized (growLock) {
            return (long) pageCount * LongPage.BYTES;
        }
    }

    private void drawSpan(Shard to) {
        synchronized (growLock) {
            if (nextInPage == PAGE_BLOCKS) {
                addPage();
                nextInPage = pageCount == 1 ? 1 : 0; // block 0 stands for nothing
            }
            int end = Math.min(PAGE_BLOCKS, nextInPage + SPAN_BLOCKS);
            to.next = pageCount - 1 << PAGE_SHIFT | nextInPage;
            to.end = pageCount - 1 << PAGE_SHIFT | end;
            nextInPage = end;
        }
    }

    private void addPage() {
        long[][] all = pages;
        if (pageCount == all.length) {
            all = Arrays.copyOf(all, 2 * all.length);
        }
        all[pageCount++] = new long[LongPage.LENGTH];
        pages = all;
    }

    /** Guarded by its own monitor. */
    private static final class Shard {
        /** Given back: a stack beside the blocks, so that nobody has to wait for a block only to learn of the next. */
        private int[] free = new int[64];

        private int freeCount;
        /** Blocks drawn and never handed out. */
        private int next;

        private int end;
        private long used;
    }
}
