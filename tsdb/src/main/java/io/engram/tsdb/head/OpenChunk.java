package io.engram.tsdb.head;

import static io.engram.tsdb.head.SeriesRecord.BLOCKS;
import static io.engram.tsdb.head.SeriesRecord.COUNT_SHIFT;
import static io.engram.tsdb.head.SeriesRecord.FLAGS_SHIFT;
import static io.engram.tsdb.head.SeriesRecord.HAS_PIECES;
import static io.engram.tsdb.head.SeriesRecord.HAS_REPLICA;
import static io.engram.tsdb.head.SeriesRecord.LAST_MS;
import static io.engram.tsdb.head.SeriesRecord.LAST_VALUE;
import static io.engram.tsdb.head.SeriesRecord.LEADING_SHIFT;
import static io.engram.tsdb.head.SeriesRecord.LINK;
import static io.engram.tsdb.head.SeriesRecord.LINK_POSITION_SHIFT;
import static io.engram.tsdb.head.SeriesRecord.PENDING;
import static io.engram.tsdb.head.SeriesRecord.PENDING_BITS_SHIFT;
import static io.engram.tsdb.head.SeriesRecord.REMAINING_MASK;
import static io.engram.tsdb.head.SeriesRecord.REPLICA;
import static io.engram.tsdb.head.SeriesRecord.STATE;
import static io.engram.tsdb.head.SeriesRecord.TRAILING_SHIFT;
import static io.engram.tsdb.head.SeriesRecord.WORDS;
import static io.engram.tsdb.head.SeriesRecord.WORDS_SHIFT;
import static io.engram.tsdb.head.SeriesRecord.WROTE_BYTES;

import io.engram.tsdb.chunk.XorAppender;
import io.engram.tsdb.slab.BlockSlab;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A series' record, spread out to work on: {@link #load} it under the stripe's lock, append, {@link #store} it. One
 * such object serves a thread for all series. Full words of the stream go into the record itself, and from there, seven
 * at a time, into a chain of blocks: a sample touches the record and nothing else, but for every thirtieth or so.
 */
final class OpenChunk extends XorAppender {
    /** 120 samples of 145 bits at most, first sample, count, and what a last word may run over. */
    static final int MAX_BYTES = 2 + ChunkGrid.MAX_SAMPLES * 145 / 8 + 32;

    /** Of the stream, in a block. */
    private static final int BLOCK_BYTES = BlockSlab.PAYLOAD_LONGS * Long.BYTES;

    private static final VarHandle LONG_BE = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

    private final BlockSlab slab;
    /** Blocks taken less blocks given back since the owner last asked; for accounting. */
    int blocksTaken;

    private long[] page;
    private int at;
    private int shard;
    private int head;
    private int tail;
    private int words;
    private long remainingMs;
    /** Position of the newest sealed chunk as the record holds it: in units of 8 bytes, 40 bits; 0 for none. */
    private long sealed;

    private long flags;

    OpenChunk(BlockSlab slab) {
        this.slab = slab;
    }

    /**
     * @param page has the record at {@code at}; words go there until the next {@code load}
     * @param shard whose blocks the series uses: the number of its stripe
     */
    void load(long[] page, int at, int shard) {
        this.page = page;
        this.at = at;
        this.shard = shard;
        lastMs = page[at + LAST_MS];
        lastValueBits = page[at + LAST_VALUE];
        pending = page[at + PENDING];
        long state = page[at + STATE];
        stepMs = state & 0x7FFFFF;
        pendingBits = (int) (state >>> PENDING_BITS_SHIFT) & 63;
        leading = (int) (state >>> LEADING_SHIFT) & 63;
        trailing = (int) (state >>> TRAILING_SHIFT) & 63;
        count = (int) (state >>> COUNT_SHIFT) & 127;
        words = (int) (state >>> WORDS_SHIFT) & 7;
        wroteBytes = (state & WROTE_BYTES) != 0;
        flags = state >>> FLAGS_SHIFT;
        long blocks = page[at + BLOCKS];
        tail = (int) blocks;
        head = (int) (blocks >>> 32);
        long link = page[at + LINK];
        remainingMs = link & REMAINING_MASK;
        sealed = link >>> LINK_POSITION_SHIFT;
    }

    void store(long[] page, int at) {
        page[at + LAST_MS] = lastMs;
        page[at + LAST_VALUE] = lastValueBits;
        page[at + PENDING] = pending;
        page[at + STATE] = stepMs
                | (long) pendingBits << PENDING_BITS_SHIFT
                | (long) leading << LEADING_SHIFT
                | (long) trailing << TRAILING_SHIFT
                | (long) count << COUNT_SHIFT
                | (long) words << WORDS_SHIFT
                | (wroteBytes ? WROTE_BYTES : 0)
                | flags << FLAGS_SHIFT;
        page[at + BLOCKS] = (tail & 0xFFFFFFFFL) | (long) head << 32;
        page[at + LINK] = remainingMs | sealed << LINK_POSITION_SHIFT;
    }

    long lastMs() {
        return lastMs;
    }

    long lastValueBits() {
        return lastValueBits;
    }

    int count() {
        return count;
    }

    long stepMs() {
        return stepMs;
    }

    /** As the record holds it; {@link HeadChunks#position} makes a position of it. */
    long sealed() {
        return sealed;
    }

    /** Whether the series has anything of this kind beside. */
    boolean has(SideKind kind) {
        return (flags & kind.flag >>> FLAGS_SHIFT) != 0;
    }

    /** The number of the series' replica; {@link ReplicaNumbers#NONE} where its samples are not counted. */
    int replica() {
        return (flags & HAS_REPLICA >>> FLAGS_SHIFT) == 0 ? ReplicaNumbers.NONE : (int) page[at + REPLICA];
    }

    /** A side store has something of the series from now on. */
    void mark(SideKind kind) {
        flags |= kind.flag >>> FLAGS_SHIFT;
    }

    /** The side store has nothing of the series any more. */
    void unmark(SideKind kind) {
        flags &= ~(kind.flag >>> FLAGS_SHIFT);
    }

    /** The newest sample of the series is not a float: the next float begins a chunk. Only where there is none open. */
    void passTo(long timeMs, long valueBits) {
        if (count > 0) {
            throw new IllegalStateException("an open chunk of " + count + " samples must be sealed first");
        }
        lastMs = timeMs;
        lastValueBits = valueBits;
    }

    boolean hasSamples() {
        return lastMs != Long.MIN_VALUE;
    }

    /** Whether a sample at {@code timeMs}, above the last, begins a new chunk: seal this one first. */
    boolean endsBefore(long timeMs) {
        if (count == 0) {
            return false;
        }
        long step = timeMs - lastMs;
        if (Long.compareUnsigned(step, remainingMs) >= 0 || count == ChunkGrid.MAX_SAMPLES) {
            return true;
        }
        return count == 1 && step >= ChunkGrid.untilEndMs(lastMs, ChunkGrid.cellMs(step));
    }

    /** Whether the chunk has a block, and will have two with the next word. */
    boolean outgrowsBlock() {
        return words == BlockSlab.PAYLOAD_LONGS && head != BlockSlab.NONE || tail != head;
    }

    /** Adds a sample that neither precedes the last nor {@linkplain #endsBefore ends the chunk}. */
    void append(long timeMs, long valueBits) {
        if (count == 0) {
            remainingMs = ChunkGrid.untilEndMs(timeMs, ChunkGrid.RANGE_MS);
        } else {
            long step = timeMs - lastMs;
            if (count == 1) {
                remainingMs = ChunkGrid.untilEndMs(lastMs, ChunkGrid.cellMs(step));
            }
            remainingMs -= step;
        }
        add(timeMs, valueBits);
    }

    /** Whether the sealed chunk before this one is a piece of it: {@link EarlySeal}. */
    boolean hasPieces() {
        return (page[at + REPLICA] & HAS_PIECES) != 0;
    }

    /**
     * Gives the blocks back and begins anew behind the chunk that was sealed at {@code position}.
     *
     * @param piece whether the cell goes on
     */
    void restart(long position, boolean piece) {
        release();
        page[at + REPLICA] = piece ? page[at + REPLICA] | HAS_PIECES : page[at + REPLICA] & ~HAS_PIECES;
        sealed = position >>> 3 & (1L << 40) - 1;
    }

    /** Gives the blocks back: the series is gone, or its chunk lies elsewhere. */
    void release() {
        if (head != BlockSlab.NONE) {
            int blocks = blockCount();
            slab.freeChain(shard, tail, blocks);
            blocksTaken -= blocks;
        }
        head = BlockSlab.NONE;
        tail = BlockSlab.NONE;
        words = 0;
        count = 0;
        pending = 0;
        pendingBits = 0;
        remainingMs = 0;
        stepMs = 0;
    }

    /** Timestamp of the first sample; only where there is one. */
    long firstMs() {
        if (count == 1) {
            return lastMs;
        }
        // The stream begins with a varint of up to ten bytes; 14 or more have been written.
        long first;
        long second;
        if (head == BlockSlab.NONE) {
            first = page[at + WORDS];
            second = words > 1 ? page[at + WORDS + 1] : pending;
        } else {
            first = slab.page(head)[BlockSlab.offset(head)];
            second = slab.page(head)[BlockSlab.offset(head) + 1];
        }
        long zigzag = 0;
        for (int i = 0; i < 10; i++) {
            long b = (i < 8 ? first >>> (56 - 8 * i) : second >>> (120 - 8 * i)) & 0xFF;
            zigzag |= (b & 0x7F) << (7 * i);
            if (b < 0x80) {
                break;
            }
        }
        return (zigzag >>> 1) ^ -(zigzag & 1);
    }

    /** Bytes that {@link #copy} writes; some more may be written behind them. */
    int byteLength() {
        return 2 + blockCount() * BLOCK_BYTES + 8 * words + tailBytes();
    }

    /** Writes the chunk as Prometheus stores it; {@code into} has nine bytes of room behind it. Returns the length. */
    int copy(byte[] into, int offset) {
        into[offset] = (byte) (count >>> 8);
        into[offset + 1] = (byte) count;
        int blocksEnd = offset + 2 + blockCount() * BLOCK_BYTES;
        int block = tail;
        for (int to = blocksEnd - BLOCK_BYTES; to > offset; to -= BLOCK_BYTES) {
            copyWords(slab.page(block), BlockSlab.offset(block), BlockSlab.PAYLOAD_LONGS, into, to);
            block = slab.before(block);
        }
        copyWords(page, at + WORDS, words, into, blocksEnd);
        int end = blocksEnd + 8 * words;
        LONG_BE.set(into, end, pending);
        into[end + 8] = 0;
        return end + tailBytes() - offset;
    }

    private static void copyWords(long[] from, int first, int count, byte[] into, int to) {
        for (int i = 0; i < count; i++) {
            LONG_BE.set(into, to + 8 * i, from[first + i]);
        }
    }

    /** Forgets the numbers of blocks that a copied record brought along: they are another run's. */
    void forgetBlocks() {
        head = BlockSlab.NONE;
        tail = BlockSlab.NONE;
        words = 0;
    }

    /** Takes up a chunk that {@link #copy} wrote, with the state that was stored beside it; for recovery. */
    void refill(byte[] from, int offset, int length) {
        forgetBlocks();
        int full = (length - 2 - tailBytes()) / 8;
        for (int i = 0; i < full; i++) {
            word((long) LONG_BE.get(from, offset + 2 + 8 * i));
        }
    }

    @Override
    protected void word(long bits) {
        if (words == BlockSlab.PAYLOAD_LONGS) {
            moveWords();
        }
        page[at + WORDS + words++] = bits;
    }

    /** The words in the record become a block. */
    private void moveWords() {
        int block = slab.allocate(shard);
        blocksTaken++;
        System.arraycopy(page, at + WORDS, slab.page(block), BlockSlab.offset(block), BlockSlab.PAYLOAD_LONGS);
        if (tail == BlockSlab.NONE) {
            head = block;
        } else {
            slab.link(block, tail);
        }
        tail = block;
        words = 0;
    }

    /** Blocks of the chain. */
    private int blockCount() {
        if (head == BlockSlab.NONE) {
            return 0;
        }
        int n = 1;
        for (int block = tail; block != head; block = slab.before(block)) {
            n++;
        }
        return n;
    }
}
