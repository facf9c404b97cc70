package io.engram.querier.blocks;

import io.engram.bucket.Bucket;
import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.index.BucketIndex;
import io.engram.bucket.index.BucketIndexFile;
import io.engram.bucket.layout.TenantBucket;
import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.failure.ErrorId;
import io.engram.model.failure.Failure;
import io.engram.model.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Which blocks each tenant has, as the bucket index says. An index is read again when it is {@code refresh} old; where the
 * bucket fails, the last one serves until it is too old. Safe for many threads.
 */
public final class BlockCatalog {
    /** Indexes of tenants that nobody asks about go. */
    private static final long FORGET_MS = 3_600_000;

    private final Bucket bucket;
    private final Duration refresh;
    private final Duration maxAge;
    private final Clock clock;
    private final ConcurrentHashMap<TenantId, Entry> entries = new ConcurrentHashMap<>();

    /** The index of one tenant. Whoever reads it from the bucket holds the monitor, so that one does. */
    private static final class Entry {
        private BucketIndex index; // guarded by this; null where the tenant has none
        private long knownMs = Long.MIN_VALUE; // guarded by this: when it was loaded; MIN_VALUE before the first time
        private boolean changed = true; // guarded by this: since then
        private volatile long askedMs;
    }

    /**
     * @param refresh how old an index may be before it is read again
     * @param maxAge how long ago an index may have been made; 0 for any time
     */
    public BlockCatalog(Bucket bucket, Duration refresh, Duration maxAge, Clock clock) {
        this.bucket = bucket;
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
        BucketIndex index = index(tenant);
        if (index == null) {
            return List.of();
        }
        Set<BlockId> marked = new HashSet<>();
        index.deletionMarks().forEach(mark -> marked.add(mark.id()));
        return index.overlapping(minMs, maxMs).stream()
                .map(BucketIndex.Block::id)
                .filter(id -> !marked.contains(id))
                .toList();
    }

    /** The tenant's index has changed: it is read again before the next answer. */
    public void changed(TenantId tenant) {
        Entry entry = entries.get(tenant);
        if (entry != null) {
            synchronized (entry) {
                entry.changed = true;
            }
        }
    }

    private BucketIndex index(TenantId tenant) {
        long nowMs = clock.nowMs();
        Entry entry = entries.computeIfAbsent(tenant, _ -> new Entry());
        entry.askedMs = nowMs;
        BucketIndex index;
        synchronized (entry) {
            if (entry.changed || nowMs - entry.knownMs >= refresh.toMillis()) {
                load(tenant, entry, nowMs);
                entries.values().removeIf(other -> nowMs - other.askedMs > FORGET_MS);
            }
            index = entry.index;
        }
        if (index != null) {
            BucketIndexFile.checkAge(index, tenant, nowMs, maxAge);
        }
        return index;
    }

    private void load(TenantId tenant, Entry entry, long nowMs) {
        try {
            switch (new BucketIndexFile(new TenantBucket(bucket, tenant)).load()) {
                case BucketIndexFile.Loaded.Missing _ -> entry.index = null;
                case BucketIndexFile.Loaded.Present present -> entry.index = present.index();
                case BucketIndexFile.Loaded.Damaged damaged ->
                    throw new Failure(
                            ErrorId.BLOCKS_UNKNOWN,
                            "tenant " + tenant + ": the index of its blocks is damaged: " + damaged.problem());
            }
            entry.knownMs = nowMs;
            entry.changed = false;
        } catch (BucketUnavailable e) {
            boolean noneKnown = entry.index == null
                    && (entry.knownMs == Long.MIN_VALUE || nowMs - entry.knownMs > maxAge.toMillis());
            if (noneKnown) {
                throw new Failure(
                        ErrorId.BLOCKS_UNKNOWN,
                        "tenant " + tenant + ": the index of its blocks cannot be read: " + e.getMessage(),
                        e);
            }
            // The last one serves on, until it is too old; it is asked for again by the next query.
        }
    }
}
