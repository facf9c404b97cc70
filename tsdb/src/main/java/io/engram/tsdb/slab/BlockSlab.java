package io.engram.tsdb.slab;

import java.util.Arrays;

/**
 * Blocks of eight longs that form chains: seven longs of payload, the number of the next block in the eighth. The slab
 * consists of sixteen shards, each with pages, a free list and a lock of its own, so that the lock stripes of a head
 * take and give blocks without meeting each other.
 *
 * <p>Thread rules: every method may be called by any thread. The payload of a block belongs to whoever allocated it.
 */
public final class BlockSlab {
    public static final int SHARDS = 16;
    public static final int PAYLOAD_LONGS = 7;
    public static final int BLOCK_BYTES = 64;

    /** Never handed out: the end of a chain. */
    public static final int NONE = 0;

    private static final int BLOCK_LONGS = 8;
    private static final int PAGE_SHIFT = 13;
    private static final int PAGE_MASK = (1 << PAGE_SHIFT) - 1;
    private static final int PAGE_BLOCKS = PAGE_MASK; // one fewer than addresses: the page stays below 512 KiB

    private final Shard[] shards = new Shard[SHARDS];
    private final Object growLock = new Object();
    private volatile long[][] pages = new long[4][];
    private int pageCount; // guarded by growLock

    public BlockSlab() {
        Arrays.setAll(shards, _ -> new Shard());
    }

    /** A block whose link is {@link #NONE}; its payload is undefined. */
    public int allocate(int shard) {
        Shard from = shards[shard];
        int block;
        synchronized (from) {
            from.used++;
            block = from.freeHead;
            if (block != NONE) {
                from.freeHead = next(block);
            } else {
                if (from.nextInPage == PAGE_BLOCKS) {
                    from.page = addPage();
                    from.nextInPage = from.page == 0 ? 1 : 0; // block 0 stands for nothing
                }
                block = from.page << PAGE_SHIFT | from.nextInPage++;
            }
        }
        link(block, NONE);
        return block;
    }

    /** Gives back a chain that was allocated from this shard. */
    public void freeChain(int shard, int head, int tail, int count) {
        Shard to = shards[shard];
        synchronized (to) {
            link(tail, to.freeHead);
            to.freeHead = head;
            to.used -= count;
        }
    }

    public long[] page(int block) {
        return pages[block >>> PAGE_SHIFT];
    }

    /** Where in its page the block's payload begins. */
    public static int offset(int block) {
        return (block & PAGE_MASK) * BLOCK_LONGS;
    }

    public int next(int block) {
        return (int) page(block)[offset(block) + PAYLOAD_LONGS];
    }

    public void link(int block, int next) {
        page(block)[offset(block) + PAYLOAD_LONGS] = next;
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
            return (long) pageCount * PAGE_BLOCKS * BLOCK_BYTES;
        }
    }

    private int addPage() {
        synchronized (growLock) {
            long[][] all = pages;
            if (pageCount == all.length) {
                all = Arrays.copyOf(all, 2 * all.length);
            }
            all[pageCount] = new long[PAGE_BLOCKS * BLOCK_LONGS];
            pages = all;
            return pageCount++;
        }
    }

    /** Guarded by its own monitor. */
    private static final class Shard {
        private int freeHead = NONE;
        private int page;
        private int nextInPage = PAGE_BLOCKS;
        private long used;
    }
}
