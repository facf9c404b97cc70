package io.engram.querier.blocks;

import io.engram.bucket.Bucket;
import io.engram.bucket.index.BucketIndex;
import io.engram.bucket.index.BucketIndexCopies;
import io.engram.bucket.index.BucketIndexFile;
import io.engram.bucket.layout.TenantBucket;
import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.failure.Failure;
import io.engram.model.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Which blocks each tenant has, as the bucket index says. An index is read again when it is {@code refresh} old; where the
 * bucket fails, the last one serves until it is too old, after a start too. Safe for many threads.
 */
public final class BlockCatalog {
    /** Indexes of tenants that nobody asks about go. */
    private static final long FORGET_MS = 3_600_000;

    /** Looking for them takes a look at every tenant. */
    private static final long FORGET_INTERVAL_MS = 60_000;

    private final Bucket bucket;
    private final BucketIndexCopies copies;
    private final Duration refresh;
    private final Duration maxAge;
    private final Clock clock;
    private final ConcurrentHashMap<TenantId, KnownIndex> tenants = new ConcurrentHashMap<>();
    private final AtomicLong forgetMs = new AtomicLong();

    /**
     * @param copies of the indexes that were read, for the next start
     * @param refresh how old an index may be before it is read again
     * @param maxAge how long ago an index may have been made; 0 for any time
     */
    public BlockCatalog(Bucket bucket, BucketIndexCopies copies, Duration refresh, Duration maxAge, Clock clock) {
        this.bucket = bucket;
        this.copies = copies;
        this.refresh = refresh;
        this.maxAge = maxAge;
        this.clock = clock;
    }

    /**
     * The blocks in which samples of {@code [minMs, maxMs]}, both included, may lie. Not those that are marked for deletion:
     * what they have is in others, or is to go.
     *
     * @throws Failure where the index cannot be read, or is too old
     */
    List<BlockId> overlapping(TenantId tenant, long minMs, long maxMs) {
        forgetUnasked();
        BucketIndex index = known(tenant).index().orElse(BucketIndex.EMPTY);
        Set<BlockId> marked = new HashSet<>();
        index.deletionMarks().forEach(mark -> marked.add(mark.id()));
        return index.overlapping(minMs, maxMs).stream()
                .map(BucketIndex.Block::id)
                .filter(id -> !marked.contains(id))
                .toList();
    }

    /** The tenant's index has changed: it is read again before the next answer. */
    public void changed(TenantId tenant) {
        KnownIndex known = tenants.get(tenant);
        if (known != null) {
            known.changed();
        }
    }

    /**
     * The tenant's index in the bucket is this one now: what a start would know, should the bucket fail then.
     *
     * @param index may list blocks that were folded too; they are not shown
     */
    public void stored(TenantId tenant, BucketIndex index) {
        known(tenant).stored(index.withoutOriginals());
    }

    private KnownIndex known(TenantId tenant) {
        return tenants.computeIfAbsent(
                tenant,
                t -> new KnownIndex(
                        t, new BucketIndexFile(new TenantBucket(bucket, t)), copies, refresh, maxAge, clock));
    }

    private void forgetUnasked() {
        long nowMs = clock.nowMs();
        long dueMs = forgetMs.get();
        if (nowMs < dueMs || !forgetMs.compareAndSet(dueMs, nowMs + FORGET_INTERVAL_MS)) {
            return;
        }
        tenants.values().removeIf(known -> {
            boolean forget = nowMs - known.askedMs() > FORGET_MS;
            if (forget) {
                known.forget();
            }
            return forget;
        });
    }
}
