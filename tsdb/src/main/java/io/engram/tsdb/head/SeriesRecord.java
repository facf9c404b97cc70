package io.engram.tsdb.head;

/**
 * What the head keeps of a series at hand: sixteen longs in a page of the record slab, which are two cache lines, guarded
 * by the lock of the series' stripe.
 *
 * <pre>
 * 0  timestamp of the last sample, Long.MIN_VALUE before the first
 * 1  bits of its value
 * 2  bits of the open chunk that do not fill a word yet
 * 3  state, from the lowest bit:
 *      23 last time step in ms   6 pending bits   6 leading   6 trailing   7 samples in the open chunk
 *       3 words at 8   1 last write was one of bytes   12 flags
 * 4  last block 32, first block 32 of the open chunk: full ones
 * 5  ms until the open chunk's cell ends 24, sealed chunk before it 40 (position in the head chunks / 8)
 * 6  fingerprint, upper half
 * 7  fingerprint, lower half
 * 8  up to seven words of the open chunk, which become a block when an eighth comes
 * 15 from the lowest bit: number of the replica that the series comes from, 32, where the flag says that it has one;
 *    the chunk before is a piece of the open one 1
 * </pre>
 *
 * A chunk lies within two hours, so 23 bits hold its steps.
 */
final class SeriesRecord {
    static final int LAST_MS = 0;
    static final int LAST_VALUE = 1;
    static final int PENDING = 2;
    static final int STATE = 3;
    static final int BLOCKS = 4;
    static final int LINK = 5;
    static final int FINGERPRINT_HI = 6;
    static final int FINGERPRINT_LO = 7;
    static final int WORDS = 8;
    static final int REPLICA = 15;

    /** Beside the number of the replica. */
    static final long HAS_PIECES = 1L << 32;

    /** Of a record, those from {@link #WORDS} on. */
    static final int CHUNK_BYTES = 64;

    static final int PENDING_BITS_SHIFT = 23;
    static final int LEADING_SHIFT = 29;
    static final int TRAILING_SHIFT = 35;
    static final int COUNT_SHIFT = 41;
    static final int WORDS_SHIFT = 48;

    static final long WROTE_BYTES = 1L << 51;

    /** The record belongs to a series. */
    static final long LIVE = 1L << 52;
    /** The log has not been told of the series yet: its samples must wait. */
    static final long UNANNOUNCED = 1L << 53;
    /** A maintenance pass saw the series without any sample; the next one drops it if that is still so. */
    static final long SEEN_EMPTY = 1L << 54;
    /** The series comes from one replica of several: what it brings is counted in {@link ActivityStore}. */
    static final long HAS_REPLICA = 1L << 63;
    /** Flags begin here; those from 55 to 62 say what side stores have of the series: {@link SideKind}. */
    static final int FLAGS_SHIFT = 52;

    static final int LINK_POSITION_SHIFT = 24;
    static final long REMAINING_MASK = (1L << LINK_POSITION_SHIFT) - 1;

    private SeriesRecord() {}

    /** @param replica its number, or {@link ReplicaNumbers#NONE} */
    static void init(long[] page, int at, long fingerprintHi, long fingerprintLo, int replica) {
        page[at + LAST_MS] = Long.MIN_VALUE;
        page[at + LAST_VALUE] = 0;
        page[at + PENDING] = 0;
        page[at + STATE] = LIVE | UNANNOUNCED | (replica == ReplicaNumbers.NONE ? 0 : HAS_REPLICA);
        page[at + BLOCKS] = 0;
        page[at + LINK] = 0;
        page[at + FINGERPRINT_HI] = fingerprintHi;
        page[at + FINGERPRINT_LO] = fingerprintLo;
        page[at + REPLICA] = replica;
    }

    static int count(long state) {
        return (int) (state >>> COUNT_SHIFT) & 0x7F;
    }
}
