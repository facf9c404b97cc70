package io.engram.compactor.tenant;

import io.engram.bucket.BucketUnavailable;
import io.engram.bucket.NoSuchObject;
import io.engram.bucket.index.BucketIndex;
import io.engram.bucket.index.BucketIndexUpdater;
import io.engram.bucket.layout.BlockPaths;
import io.engram.bucket.layout.BlockRemoval;
import io.engram.bucket.layout.DeletionMark;
import io.engram.bucket.layout.Marks;
import io.engram.bucket.layout.TenantBucket;
import io.engram.bucket.layout.TenantDeletionMark;
import io.engram.compactor.plan.CompactionPlan;
import io.engram.compactor.plan.CompactionPlanner;
import io.engram.compactor.plan.FoldRules;
import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.json.DamagedJson;
import io.engram.model.limits.Limits;
import io.engram.model.limits.TenantLimits;
import io.engram.model.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One look at a tenant. The order is what keeps readers from losing a block that they know of:
 *
 * <ol>
 *   <li>A tenant that is to go {@linkplain TenantDeletion goes}, and that is all.
 *   <li>The bucket is listed and the index written, without blocks whose deletion is due.
 *   <li>Blocks behind the retention, and blocks that others make needless, are marked for deletion.
 *   <li>Blocks that were marked for the delay are removed: no index shows them any more, and what any reader may still
 *       hold of an older index says since when they are marked.
 *   <li>Uploads that nobody goes on with are removed, and marks of blocks that are gone, and claims of jobs that
 *       nobody is at.
 *   <li>What can be merged is planned.
 * </ol>
 *
 * <p>For one thread a tenant at a time; that another process does the same does no harm.
 */
public final class TenantUpkeep {
    private static final Logger LOG = LoggerFactory.getLogger(TenantUpkeep.class);
    /** Many times as long as whoever is at a job lets its claim lie, so that the store's clock may be off by much. */
    private static final long CLAIM_REMAINS_MS = 3_600_000;

    private final UpkeepRules rules;
    private final CompactionPlanner planner;
    private final TenantLimits limits;
    private final MetaCache metas = new MetaCache();
    private final Clock clock;

    public TenantUpkeep(UpkeepRules rules, CompactionPlanner planner, TenantLimits limits, Clock clock) {
        this.rules = rules;
        this.planner = planner;
        this.limits = limits;
        this.clock = clock;
    }

    /**
     * What a look came to.
     *
     * @param view as it is afterwards; empty for a tenant that goes, and for a folder that is none
     */
    public record Result(Optional<TenantView> view, CompactionPlan plan, UpkeepReport report) {}

    public Result run(TenantBucket bucket) throws BucketUnavailable {
        Optional<TenantDeletionMark> going = tenantDeletion(bucket);
        if (going.isPresent()) {
            metas.forget(bucket.tenant());
            int removed = new TenantDeletion(bucket, clock).advance(going.get(), rules.tenantCleanupDelayMs());
            return new Result(
                    Optional.empty(), new CompactionPlan(List.of(), List.of()), new UpkeepReport(0, 0, removed, 0));
        }
        if (!hasBlocks(bucket)) {
            return new Result(Optional.empty(), new CompactionPlan(List.of(), List.of()), new UpkeepReport(0, 0, 0, 0));
        }
        // Before the blocks are listed: a mark that is seen and whose block is not has lost it.
        Marks.Listed marked = new Marks(bucket).list();
        TenantView listed = list(bucket, marked);
        List<BlockId> expired = expire(bucket, listed);
        TenantView live = listed.withDeleted(expired, nowS());
        CompactionPlan plan = planner.plan(live.blocks(), live.marks(), foldRules(bucket.tenant()), clock.nowMs());
        for (CompactionPlan.Superseded found : plan.superseded()) {
            BlockId id = found.block().id();
            if (found.original()) {
                mark(bucket, id, "folded into " + found.by(), clock.nowMs() + rules.originalsDelayMs());
            } else {
                mark(bucket, id, "all of it is in " + found.by(), clock.nowMs());
            }
        }
        List<BlockId> needless =
                plan.superseded().stream().map(found -> found.block().id()).toList();
        List<BlockId> gone = removeDue(bucket, listed);
        List<BlockId> abandoned = removePartial(bucket, listed);
        removeOrphanMarks(bucket, listed);
        removeClaims(bucket, marked);
        Set<BlockId> all = new HashSet<>(gone);
        all.addAll(abandoned);
        return new Result(
                Optional.of(live.withDeleted(needless, nowS()).without(all)),
                plan,
                new UpkeepReport(expired.size(), needless.size(), gone.size(), abandoned.size()));
    }

    /** Lists, writes the index, and plans; marks and removes nothing. For the moment after a job. */
    public CompactionPlan plan(TenantBucket bucket) throws BucketUnavailable {
        if (tenantDeletion(bucket).isPresent()) {
            return new CompactionPlan(List.of(), List.of());
        }
        TenantView view = list(bucket, new Marks(bucket).list());
        return planner.plan(view.blocks(), view.marks(), foldRules(bucket.tenant()), clock.nowMs());
    }

    private FoldRules foldRules(TenantId tenant) {
        Limits of = limits.of(tenant);
        return new FoldRules(
                of.foldReplicas(),
                of.replicaLabels(),
                of.haClusterLabel(),
                of.outOfOrderTimeWindow().toMillis());
    }

    private static Optional<TenantDeletionMark> tenantDeletion(TenantBucket bucket) throws BucketUnavailable {
        try {
            return new Marks(bucket).tenantDeletion();
        } catch (DamagedJson e) {
            LOG.error("a tenant may be to go, but who can tell tenant={}", bucket.tenant(), e);
            return Optional.empty();
        }
    }

    /** Or had some. Other programs may keep their folders in the bucket, and nothing is written into those. */
    private boolean hasBlocks(TenantBucket bucket) throws BucketUnavailable {
        try {
            bucket.stat(BlockPaths.BUCKET_INDEX);
            return true;
        } catch (NoSuchObject e) {
            return !new TenantDeletion(bucket, clock).isDone();
        }
    }

    /** @param marked listed before */
    private TenantView list(TenantBucket bucket, Marks.Listed marked) throws BucketUnavailable {
        BucketIndexUpdater.Update update = new BucketIndexUpdater(bucket, clock).update(this::withoutDue);
        update.damagedMarks()
                .forEach((id, problem) ->
                        LOG.error("a mark counts as none tenant={} block={} problem={}", bucket.tenant(), id, problem));
        Collection<BlockMeta> known = metas.read(bucket, update.index().blocks());
        return TenantView.of(update, known, marked.forDeletion(), marked.notToCompact());
    }

    private BucketIndex withoutDue(BucketIndex index) {
        Set<BlockId> due = new HashSet<>();
        index.deletionMarks().stream().filter(mark -> isDue(mark.timeS())).forEach(mark -> due.add(mark.id()));
        return new BucketIndex(
                index.blocks().stream()
                        .filter(block -> !due.contains(block.id()))
                        .toList(),
                index.deletionMarks(),
                index.updatedAtS());
    }

    private boolean isDue(long markedS) {
        return markedS * 1000 <= clock.nowMs() - rules.deletionDelayMs();
    }

    private List<BlockId> expire(TenantBucket bucket, TenantView view) throws BucketUnavailable {
        long retentionMs = limits.of(bucket.tenant()).retention().toMillis();
        List<BlockMeta> live = view.blocks().stream()
                .filter(block -> !view.deletionS().containsKey(block.id()))
                .toList();
        List<BlockId> expired = Retention.expired(live, retentionMs, clock.nowMs());
        for (BlockId id : expired) {
            mark(bucket, id, "older than the tenant's retention of " + retentionMs / 1000 + " s", clock.nowMs());
        }
        return expired;
    }

    /** @param atMs from when on the delay counts, after which it is removed */
    private void mark(TenantBucket bucket, BlockId id, String details, long atMs) throws BucketUnavailable {
        new Marks(bucket).mark(new DeletionMark(id, atMs / 1000, details));
        LOG.info("marked a block for deletion tenant={} block={} reason=\"{}\"", bucket.tenant(), id, details);
    }

    private List<BlockId> removeDue(TenantBucket bucket, TenantView view) throws BucketUnavailable {
        BlockRemoval removal = new BlockRemoval(bucket);
        List<BlockId> gone = new ArrayList<>();
        for (var mark : view.deletionS().entrySet()) {
            if (isDue(mark.getValue())) {
                removal.remove(mark.getKey());
                gone.add(mark.getKey());
            }
        }
        return gone;
    }

    private List<BlockId> removePartial(TenantBucket bucket, TenantView view) throws BucketUnavailable {
        PartialBlocks partial = new PartialBlocks(bucket, rules.partialDelayMs());
        List<BlockId> gone = new ArrayList<>();
        for (BlockId id : view.partial().keySet()) {
            if (!view.deletionS().containsKey(id) && partial.removeIfAbandoned(id, clock.nowMs())) {
                gone.add(id);
            }
        }
        return gone;
    }

    private static void removeOrphanMarks(TenantBucket bucket, TenantView view) throws BucketUnavailable {
        for (BlockId id : view.orphanMarks()) {
            bucket.delete(BlockPaths.globalMark(id, BlockPaths.DELETION_MARK));
            bucket.delete(BlockPaths.globalMark(id, BlockPaths.NO_COMPACT_MARK));
        }
    }

    /** A job whose compactor was killed may never be planned again, and nobody else looks for its claim. */
    private void removeClaims(TenantBucket bucket, Marks.Listed marked) throws BucketUnavailable {
        for (var claim : marked.claims().entrySet()) {
            if (claim.getValue() <= clock.nowMs() - CLAIM_REMAINS_MS) {
                bucket.delete(claim.getKey());
            }
        }
    }

    private long nowS() {
        return clock.nowMs() / 1000;
    }
}
