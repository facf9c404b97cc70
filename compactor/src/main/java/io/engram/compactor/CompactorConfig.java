package io.engram.compactor;

import io.engram.compactor.plan.PlanRules;
import io.engram.compactor.tenant.UpkeepRules;
import io.engram.model.config.Check;
import io.engram.model.config.Section;
import io.engram.model.config.Setting;
import java.time.Duration;
import java.util.List;

/** How blocks in the bucket are merged and let go. */
@Section("compactor")
public record CompactorConfig(
        @Setting(
                value = "",
                doc =
                        "Folder in which a folder compactor is made for merging; empty: data.dir. Nothing in it is the only copy.")
        String workDir,

        @Setting(
                value = "10m",
                doc = "How often the blocks of every tenant are looked at; up to a tenth earlier or later, at random.")
        Duration interval,

        @Setting(
                value = "2h,12h,24h",
                doc = "Ranges that blocks are merged to, rising, each a multiple of the one before.")
        List<Duration> blockRanges,

        @Setting(
                value = "25m",
                doc = "How old a block must be before it is merged: copies of it may still be on their way.")
        Duration firstLevelCompactionWaitPeriod,

        @Setting(
                value = "1",
                doc = "Merges at a time. Each takes a core, the symbols and postings of its blocks in memory, and their"
                        + " size twice on disk.")
        int concurrency,

        @Setting(
                value = "12h",
                doc = "How long blocks stay that were merged into others or are behind the retention, for readers that"
                        + " do not know it yet.")
        Duration deletionDelay,

        @Setting(
                value = "7d",
                doc = "How long blocks stay whose replicas were folded into another, for engram blocks unfold; at least"
                        + " compactor.deletion-delay.")
        Duration foldedOriginalsRetention,

        @Setting(
                value = "1d",
                doc = "How long a block without meta.json stays after the last file came, for its upload to go on.")
        Duration partialBlockDelay,

        @Setting(value = "6h", doc = "How long the marks of a deleted tenant stay after its last block has gone.")
        Duration tenantCleanupDelay,

        @Setting(
                value = "64GiB",
                key = "max-index-size",
                doc = "Blocks whose indexes are bigger together are not merged; the format ends at 64GiB.")
        long maxIndexSizeBytes) {

    public CompactorConfig {
        blockRanges = List.copyOf(blockRanges);
        Check.aboveZero("compactor.interval", interval);
        Check.that(!blockRanges.isEmpty(), "compactor.block-ranges must name a range");
        for (int i = 0; i < blockRanges.size(); i++) {
            Check.aboveZero("each of compactor.block-ranges", blockRanges.get(i));
            Check.that(
                    i == 0
                            || (blockRanges.get(i).compareTo(blockRanges.get(i - 1)) > 0
                                    && blockRanges.get(i).toMillis()
                                                    % blockRanges.get(i - 1).toMillis()
                                            == 0),
                    "compactor.block-ranges must rise, each a multiple of the one before");
        }
        Check.atLeastZero("compactor.first-level-compaction-wait-period", firstLevelCompactionWaitPeriod);
        Check.aboveZero("compactor.concurrency", concurrency);
        Check.atLeastZero("compactor.deletion-delay", deletionDelay);
        Check.atLeastZero("compactor.folded-originals-retention", foldedOriginalsRetention);
        Check.aboveZero("compactor.partial-block-delay", partialBlockDelay);
        Check.atLeastZero("compactor.tenant-cleanup-delay", tenantCleanupDelay);
        Check.aboveZero("compactor.max-index-size", maxIndexSizeBytes);
    }

    PlanRules planRules() {
        return new PlanRules(
                blockRanges.stream().map(Duration::toMillis).toList(),
                firstLevelCompactionWaitPeriod.toMillis(),
                maxIndexSizeBytes);
    }

    UpkeepRules upkeepRules() {
        return new UpkeepRules(
                deletionDelay.toMillis(),
                Math.max(0, foldedOriginalsRetention.minus(deletionDelay).toMillis()),
                partialBlockDelay.toMillis(),
                tenantCleanupDelay.toMillis());
    }
}
