package io.engram.storegateway;

import io.engram.bucket.Bucket;
import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.index.BucketIndex;
import io.engram.bucket.index.BucketIndexFile;
import io.engram.bucket.layout.TenantBucket;
import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.failure.Failure;
import io.engram.model.time.Clock;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the index-headers in step with the bucket indexes and with whose blocks are whose: makes those of blocks that are ours,
 * deletes those of blocks that have been gone, or not ours, for a while, and takes idle ones out of memory. What fails is
 * logged, and tried again the next time.
 */
final class HeaderSync {
    private static final Logger log = LoggerFactory.getLogger(HeaderSync.class);

    /** How often idle headers are looked for. */
    private static final long IDLE_CHECK_MS = 30_000;

    /** How often is looked whether blocks are somebody else's now. */
    private static final long OWNERS_CHECK_MS = 5_000;

    private static final long STOP_WAIT_S = 30;
    private static final long STOP_CHECK_MS = 200;

    /** So long others do without this one; then it is asked, and may be slow at first. */
    private static final long FIRST_SYNC_NS = TimeUnit.MINUTES.toNanos(1);

    private final Bucket bucket;
    private final HeaderStore headers;
    private final BlockOwnership ownership;
    private final Executor threads;
    private final int concurrency;
    private final long intervalMs;
    private final long deletionDelayMs;
    private final Clock clock;
    private final GatewayMetrics metrics;
    /** When a block with a header was first seen to be gone, or not ours. Used by the one thread that syncs. */
    private final Map<BlockKey, Long> goneSinceMs = new HashMap<>();

    private Object syncedFor; // what ownership rested on then; of the one thread that syncs

    private ScheduledExecutorService timer; // set by start
    private volatile boolean stopping;

    HeaderSync(
            Bucket bucket,
            HeaderStore headers,
            BlockOwnership ownership,
            StoreGatewayConfig config,
            Executor threads,
            Clock clock,
            GatewayMetrics metrics) {
        this.bucket = bucket;
        this.headers = headers;
        this.ownership = ownership;
        this.threads = threads;
        this.concurrency = config.syncConcurrency();
        this.intervalMs = config.syncInterval().toMillis();
        this.deletionDelayMs = config.indexHeaderDeletionDelay().toMillis();
        this.clock = clock;
        this.metrics = metrics;
    }

    void start() {
        timer = Executors.newSingleThreadScheduledExecutor(
                Thread.ofPlatform().daemon().name("store-gateway-sync").factory());
        // Whoever has no place yet owns nothing: syncNow is called when it has.
        long firstMs = ownership.hasPlace() ? 0 : intervalMs;
        timer.scheduleWithFixedDelay(this::syncSafely, firstMs, intervalMs, TimeUnit.MILLISECONDS);
        timer.scheduleWithFixedDelay(this::syncForOthers, OWNERS_CHECK_MS, OWNERS_CHECK_MS, TimeUnit.MILLISECONDS);
        timer.scheduleWithFixedDelay(this::unloadSafely, IDLE_CHECK_MS, IDLE_CHECK_MS, TimeUnit.MILLISECONDS);
    }

    /** Syncs, and returns when that is done, when it was stopped, or when it has taken long: then the rest is done later. */
    void syncNow() {
        CountDownLatch done = new CountDownLatch(1);
        timer.execute(() -> {
            syncSafely();
            done.countDown();
        });
        long untilNs = System.nanoTime() + FIRST_SYNC_NS;
        try {
            while (!done.await(STOP_CHECK_MS, TimeUnit.MILLISECONDS) && !stopping) {
                if (System.nanoTime() > untilNs) {
                    log.warn("The first sync of index-headers takes long: those that are missing are made when they are"
                            + " asked for, or later.");
                    return;
                }
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /** Syncs where blocks may be somebody else's than at the last sync. */
    void syncForOthers() {
        try {
            if (!ownership.basis().equals(syncedFor)) {
                syncSafely();
            }
        } catch (RuntimeException | Error e) {
            log.error("It could not be found out whose blocks are whose; it is tried again.", e);
        }
    }

    /** Waits for the reads that are under way, not for more. */
    void stop() {
        stopping = true;
        if (timer == null) {
            return;
        }
        timer.shutdownNow();
        try {
            if (!timer.awaitTermination(STOP_WAIT_S, TimeUnit.SECONDS)) {
                log.warn("The sync of index-headers has not ended after {} s.", STOP_WAIT_S);
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void syncSafely() {
        try {
            sync();
        } catch (RuntimeException | Error e) { // the timer never calls again what throws
            if (!stopping) {
                metrics.syncFailures.inc();
                log.error("The sync of index-headers failed; it is tried again.", e);
            }
        }
    }

    private void unloadSafely() {
        try {
            headers.unloadIdle();
        } catch (RuntimeException | Error e) {
            log.error("Idle index-headers could not be unloaded; it is tried again.", e);
        }
    }

    /** Looks at every tenant once. Called by one thread at a time. */
    void sync() {
        syncedFor = ownership.basis(); // also where it fails: that is tried again like any other
        List<TenantId> tenants;
        try {
            tenants = TenantBucket.tenants(bucket);
        } catch (BucketUnavailable e) {
            failed("list the tenants", e);
            return;
        }
        Set<BlockKey> present = new HashSet<>();
        Set<TenantId> unknown = new HashSet<>();
        for (TenantId tenant : tenants) {
            if (stopping) {
                return;
            }
            try {
                blocks(tenant).forEach(block -> present.add(new BlockKey(tenant, block)));
            } catch (BucketUnavailable | IllegalStateException e) {
                unknown.add(tenant);
                failed("read the bucket index of tenant " + tenant.value(), e);
            }
        }
        make(present);
        forget(present, unknown);
        metrics.syncs.inc();
    }

    private List<BlockId> blocks(TenantId tenant) throws BucketUnavailable {
        return switch (new BucketIndexFile(new TenantBucket(bucket, tenant)).load()) {
            case BucketIndexFile.Loaded.Missing _ -> List.of();
            case BucketIndexFile.Loaded.Present present ->
                present.index().blocks().stream().map(BucketIndex.Block::id).toList();
            case BucketIndexFile.Loaded.Damaged damaged ->
                throw new IllegalStateException(
                        "the bucket index of tenant " + tenant.value() + " is damaged: " + damaged.problem());
        };
    }

    private void make(Set<BlockKey> present) {
        Set<BlockKey> there = new HashSet<>(headers.onDisk());
        List<Runnable> missing = new ArrayList<>();
        for (BlockKey key : present) {
            if (!there.contains(key) && ownership.owns(key.tenant(), key.block())) {
                missing.add(() -> make(key));
            }
        }
        if (!missing.isEmpty()) {
            FanOut.run(threads, concurrency, missing);
        }
    }

    private void make(BlockKey key) {
        if (stopping || !ownership.owns(key.tenant(), key.block())) { // others may have come meanwhile
            return;
        }
        try {
            headers.ensure(key);
        } catch (BlockGone _) {
            // Deleted since the bucket index was written.
        } catch (Failure e) {
            failed("make the index-header of block " + key, e);
        }
    }

    private void forget(Set<BlockKey> present, Set<TenantId> unknown) {
        long nowMs = clock.nowMs();
        boolean hasPlace = ownership.hasPlace();
        List<BlockKey> onDisk = headers.onDisk();
        goneSinceMs.keySet().retainAll(Set.copyOf(onDisk));
        for (BlockKey key : onDisk) {
            if (present.contains(key) && (!hasPlace || ownership.owns(key.tenant(), key.block()))) {
                goneSinceMs.remove(key);
            } else if (!unknown.contains(key.tenant())
                    && nowMs - goneSinceMs.computeIfAbsent(key, _ -> nowMs) >= deletionDelayMs) {
                delete(key);
            }
        }
    }

    private void delete(BlockKey key) {
        try {
            headers.delete(key);
            goneSinceMs.remove(key);
            metrics.headersDeleted.inc();
        } catch (IOException e) {
            failed("delete the index-header of block " + key, e);
        }
    }

    private void failed(String what, Exception e) {
        if (!stopping) {
            metrics.syncFailures.inc();
            log.warn("Cannot {}; it is tried again in {} ms: {}", what, intervalMs, e.getMessage());
        }
    }
}
