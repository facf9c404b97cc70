package io.engram.tsdb.head;

/**
 * How far the samples of a head are in blocks.
 *
 * <ol>
 *   <li>{@link #begin} says up to which time blocks are being written; whoever stores a sample before that from then on
 *       notes it in its stripe, under the stripe's lock: it may or may not be in the block.
 *   <li>The next {@link #begin} takes those notes: blocks from the oldest of them on are to be written again.
 *   <li>{@link #shipped} says that all blocks begun are where queries find them.
 *   <li>{@link #release} says that queries need the head no more for what is before some time: that may go, but where
 *       samples have come since. What has gone from memory may still lie in files, and is not shown.
 * </ol>
 *
 * <p>Checkpoints keep what was released and the oldest sample noted since; what was begun is begun again after a restart.
 */
final class BlockMarks {
    /**
     * What went.
     *
     * @param beforeMs chunks that end before this,
     * @param position and were sealed before this, are in blocks
     */
    record Released(long beforeMs, long position) {
        static final Released NOTHING = new Released(Long.MIN_VALUE, 0);

        boolean covers(long maxMs, long chunkPosition) {
            return maxMs < beforeMs && chunkPosition < position;
        }
    }

    private final TenantHead head;
    private volatile long endMs = Long.MIN_VALUE;
    private volatile long pendingMs = Long.MAX_VALUE;
    private volatile Released released = Released.NOTHING;

    BlockMarks(TenantHead head) {
        this.head = head;
    }

    /** Samples before this are noted when they are stored; excluded. */
    long endMs() {
        return endMs;
    }

    Released released() {
        return released;
    }

    /**
     * All samples stored so far that are before {@code toMs} will be in blocks.
     *
     * @return the oldest sample that came since the last call and before its {@code toMs}; {@link Long#MAX_VALUE} for none
     */
    synchronized long begin(long toMs) {
        endMs = Math.max(endMs, toMs);
        for (int s = 0; s < Stripe.COUNT; s++) {
            Stripe stripe = head.stripe(s);
            stripe.lock.lock(); // also lets appends end that have not seen the new end
            try {
                pendingMs = Math.min(pendingMs, stripe.sinceBlocksMs);
                stripe.sinceBlocksMs = Long.MAX_VALUE;
            } finally {
                stripe.lock.unlock();
            }
        }
        return pendingMs;
    }

    /** Every block that was begun can be queried, or was found to be empty. */
    synchronized void shipped() {
        pendingMs = Long.MAX_VALUE;
    }

    /** The oldest sample that came too late for the blocks written so far; {@link Long#MAX_VALUE} for none. */
    synchronized long unshippedMs() {
        long oldest = pendingMs;
        for (int s = 0; s < Stripe.COUNT; s++) {
            Stripe stripe = head.stripe(s);
            stripe.lock.lock();
            try {
                oldest = Math.min(oldest, stripe.sinceBlocksMs);
            } finally {
                stripe.lock.unlock();
            }
        }
        return oldest;
    }

    /** What is before {@code beforeMs} and was sealed before {@code position} went. */
    void release(long beforeMs, long position) {
        released = new Released(beforeMs, position);
    }

    /** As a checkpoint has them. */
    void restore(Released was, long unshippedMs) {
        released = was;
        endMs = was.beforeMs();
        pendingMs = unshippedMs;
    }
}
