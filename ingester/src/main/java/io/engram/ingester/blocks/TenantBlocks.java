package io.engram.ingester.blocks;

import io.engram.bucket.BucketException;
import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.layout.BlockUploader;
import io.engram.bucket.layout.Marks;
import io.engram.bucket.layout.TenantBucket;
import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.block.ThanosSection;
import io.engram.model.json.DamagedJson;
import io.engram.model.labels.Labels;
import io.engram.tsdb.cut.CutPlan;
import io.engram.tsdb.cut.HeadCut;
import io.engram.tsdb.head.HeadSpan;
import io.engram.tsdb.head.Heads;
import java.io.IOException;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One tenant's way from head to bucket. For one thread at a time, but for {@link #held} and {@link #waiting}.
 *
 * <ol>
 *   <li>{@link #cut}: what is before some time is written as blocks, in a folder here. Ranges with samples that came too
 *       late for their block are written again, whole; compaction and queries fold what is twice.
 *   <li>{@link #ship}: blocks go to the bucket, and the index is told.
 *   <li>{@link #release}: when every block of a time was shipped long enough ago, it is no longer {@linkplain #held held},
 *       so that new queries ask the bucket for it; and when the queries before that are over, the head lets go of it.
 * </ol>
 *
 * A failure in any of them leaves all that was acknowledged where it is; the next call goes on.
 */
final class TenantBlocks {
    private static final Logger LOG = LoggerFactory.getLogger(TenantBlocks.class);

    /** For so long a restart finds what has been shipped already. */
    private static final long REMEMBER_SHIPPED_MS = 24 * 3_600_000L;
    /** A mark stays for hours; looking for it costs a request. */
    private static final long DELETION_CHECK_MS = 5 * 60_000;

    private final TenantId tenant;
    private final Heads heads;
    private final LocalBlocks local;
    private final BlockUploader uploader;
    private final Marks marks;
    private final BlockIndexer indexer;
    private final long longestQueryMs;
    private final RandomGenerator random;
    private final ShippingCounts counts;

    private volatile Set<BlockId> held = Set.of();
    /** A cut that was begun at this time has not been finished. */
    private long unfinishedFromMs = Long.MAX_VALUE;

    private long lastLateCutMs;
    /** Whether the tenant was marked for deletion was looked up then. */
    private long deletionCheckedMs;

    /** What the head is to let go of, when nobody asks for it any more. */
    private long letGoMs = Long.MIN_VALUE;

    private long letGoSinceMs;

    TenantBlocks(
            TenantId tenant,
            Heads heads,
            LocalBlocks local,
            TenantBucket bucket,
            BlockIndexer indexer,
            long longestQueryMs,
            RandomGenerator random,
            ShippingCounts counts) {
        this.tenant = tenant;
        this.heads = heads;
        this.local = local;
        this.uploader = new BlockUploader(bucket);
        this.marks = new Marks(bucket);
        this.indexer = indexer;
        this.longestQueryMs = longestQueryMs;
        this.random = random;
        this.counts = counts;
    }

    Set<BlockId> held() {
        return held;
    }

    /** Blocks that wait for the bucket. */
    int waiting() {
        return local.unshipped().size();
    }

    /** Cuts what {@link CutPlan} says is due. */
    void cutDue(long idleSinceMs, long lateIntervalMs, long nowMs) throws IOException {
        HeadSpan span = heads.span(tenant);
        long jitterMs = Math.floorMod(tenant.hashCode(), CutPlan.RANGE_MS / 12);
        long dueMs = span == null ? Long.MIN_VALUE : CutPlan.dueMs(span, jitterMs, idleSinceMs);
        if (dueMs == Long.MIN_VALUE) {
            return;
        }
        boolean late = span.unshippedMs() < dueMs && nowMs - lastLateCutMs >= lateIntervalMs;
        boolean more = Math.max(span.oldestMs(), span.blockEndMs()) < Math.min(dueMs, behind(span.newestMs()));
        if (more || late || unfinishedFromMs < dueMs) {
            lastLateCutMs = nowMs;
            cut(span, Math.min(dueMs, behind(span.newestMs())), nowMs);
        }
    }

    /** Cuts all there is. */
    void cutAll(long nowMs) throws IOException {
        HeadSpan span = heads.span(tenant);
        if (span != null && !span.isEmpty()) {
            cut(span, behind(span.newestMs()), nowMs);
        }
    }

    private static long behind(long timeMs) {
        return timeMs == Long.MAX_VALUE ? timeMs : timeMs + 1;
    }

    /** Writes blocks of all that is before {@code endMs} and in none yet, or came since it was. */
    private void cut(HeadSpan span, long endMs, long nowMs) throws IOException {
        long lateMs = heads.beginBlocks(tenant, endMs);
        long fromMs = Math.min(Math.max(span.oldestMs(), span.blockEndMs()), Math.min(lateMs, unfinishedFromMs));
        unfinishedFromMs = fromMs;
        for (long startMs = CutPlan.startOf(fromMs); startMs < endMs; ) {
            long rangeEndMs = CutPlan.rangeEnd(startMs, span.newestMs());
            BlockId id = BlockId.create(nowMs, random);
            Optional<BlockMeta> meta = HeadCut.write(heads, tenant, startMs, rangeEndMs, local.dir(), id);
            if (meta.isPresent()) {
                cutDone(meta.get());
                startMs = rangeEndMs;
            } else {
                startMs = HeadCut.nextRange(heads, tenant, rangeEndMs, endMs);
            }
            unfinishedFromMs = startMs;
        }
        unfinishedFromMs = Long.MAX_VALUE;
        hold();
    }

    private void cutDone(BlockMeta meta) throws IOException {
        if (local.add(meta)) {
            counts.cut.increment();
            LOG.info(
                    "cut a block tenant={} block={} min_time={} max_time={} series={} samples={}",
                    tenant,
                    meta.id(),
                    meta.minTimeMs(),
                    meta.maxTimeMs(),
                    meta.stats().series(),
                    meta.stats().samples());
        }
    }

    /**
     * Brings every block that waits into the bucket.
     *
     * @throws IOException where the bucket fails; what is there by then need not be brought again
     */
    void ship(long nowMs) throws IOException {
        List<LocalBlock> waiting = local.unshipped();
        if (!waiting.isEmpty() && isDeleted(nowMs)) {
            drop();
            return;
        }
        boolean shipped = false;
        for (LocalBlock block : waiting) {
            shipped |= upload(block);
        }
        if (shipped) {
            indexer.blocksCame(tenant);
        }
        for (LocalBlock block : local.unshipped()) {
            local.markShipped(block, nowMs);
            counts.shipped.increment();
        }
        if (unfinishedFromMs == Long.MAX_VALUE) {
            heads.blocksShipped(tenant);
        }
        local.forgetShippedBefore(nowMs - REMEMBER_SHIPPED_MS);
    }

    /** False where the block cannot be read here: the head, which has its samples until it is shipped, is cut anew then. */
    private boolean upload(LocalBlock block) throws IOException {
        try {
            BlockUploader.Result result =
                    uploader.upload(block.folder(), ThanosSection.raw(Labels.EMPTY, HeadCut.SOURCE));
            counts.shippedBytes.add(result.bytesUploaded());
            return true;
        } catch (BucketException e) {
            throw e;
        } catch (IOException e) {
            LOG.error(
                    "a block that was cut here cannot be read, cutting it anew tenant={} folder={}",
                    tenant,
                    block.folder(),
                    e);
            unfinishedFromMs = Math.min(unfinishedFromMs, block.meta().minTimeMs());
            local.forget(block);
            hold();
            return false;
        }
    }

    /**
     * Where the tenant is marked for deletion, what is here goes with what is in the bucket. Looks for the mark now and then
     * only; {@link #ship} looks before it brings anything.
     */
    boolean dropIfDeleted(long nowMs) throws IOException {
        if (nowMs - deletionCheckedMs < DELETION_CHECK_MS) {
            return false;
        }
        try {
            if (!isDeleted(nowMs)) {
                return false;
            }
        } catch (BucketUnavailable e) {
            return false; // whatever needs the bucket says so
        }
        drop();
        return true;
    }

    private boolean isDeleted(long nowMs) throws BucketUnavailable {
        boolean marked;
        try {
            marked = marks.tenantDeletion().isPresent();
        } catch (DamagedJson e) {
            LOG.error("the tenant may be to go, but who can tell tenant={}", tenant, e);
            marked = false;
        }
        deletionCheckedMs = nowMs;
        return marked;
    }

    /** As if all had been shipped, and nobody asked for it here. What comes from now on goes the next time. */
    private void drop() throws IOException {
        int blocks = local.forgetAll();
        unfinishedFromMs = Long.MAX_VALUE;
        HeadSpan span = heads.span(tenant);
        boolean any = span != null && !span.isEmpty();
        if (any) {
            long endMs = behind(span.newestMs());
            heads.beginBlocks(tenant, endMs);
            heads.blocksShipped(tenant);
            heads.release(tenant, endMs);
            letGoMs = endMs;
        }
        hold();
        if (any || blocks > 0) {
            LOG.info(
                    "dropped what was here of a tenant that is marked for deletion tenant={} blocks={}",
                    tenant,
                    blocks);
        }
    }

    /** Lets the head go of what was shipped at least so long ago. */
    void release(long nowMs, long delayMs) {
        HeadSpan span = heads.span(tenant);
        if (span == null) {
            return;
        }
        long beforeMs = Math.min(span.blockEndMs(), unfinishedFromMs);
        for (LocalBlock block : local.all()) {
            if (!block.isShipped() || nowMs - block.shippedMs() < delayMs) {
                beforeMs = Math.min(beforeMs, block.meta().minTimeMs());
            }
        }
        if (beforeMs > letGoMs) {
            letGoMs = beforeMs;
            letGoSinceMs = nowMs;
            hold();
        } else if (letGoMs != Long.MIN_VALUE && nowMs - letGoSinceMs >= longestQueryMs) {
            if (heads.release(tenant, letGoMs)) {
                counts.releases.increment();
            }
        }
    }

    /** Blocks that end in what the head keeps. One whose samples begin before that is asked for in the bucket. */
    private void hold() {
        Set<BlockId> now = new HashSet<>();
        for (LocalBlock block : local.all()) {
            if (block.ofThisRun() && block.meta().minTimeMs() >= letGoMs) {
                now.add(block.meta().id());
            }
        }
        held = Set.copyOf(now);
    }
}
