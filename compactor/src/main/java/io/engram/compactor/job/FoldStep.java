package io.engram.compactor.job;

import io.engram.compactor.plan.Lineage;
import io.engram.compactor.plan.PlannedJob;
import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.block.Compaction;
import io.engram.model.block.EngramSection;
import io.engram.model.block.Folded;
import io.engram.model.block.ThanosSection;
import io.engram.model.replica.ActivityTable;
import io.engram.tsdb.block.BlockContents;
import io.engram.tsdb.block.BlockFolders;
import io.engram.tsdb.block.BlockReader;
import io.engram.tsdb.block.CorruptBlock;
import io.engram.tsdb.block.MergedMeta;
import io.engram.tsdb.fold.BlockFold;
import io.engram.tsdb.fold.FoldRange;
import io.engram.tsdb.fold.ReplicaLabels;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Folds the replicas of a block on the local disk. */
final class FoldStep {
    private FoldStep() {}

    /**
     * @param job with a fold
     * @param folders of the block and of those around it, as the job has them
     * @return the folder of the new block
     */
    static Path fold(PlannedJob job, List<Path> folders, Path parent, BlockId id, long nowMs)
            throws IOException, MergeStep.Unsound {
        PlannedJob.Fold fold = job.fold().orElseThrow();
        List<BlockReader> blocks = new ArrayList<>();
        try {
            for (Path folder : folders) {
                blocks.add(BlockReader.open(folder));
            }
            BlockMeta source = Lineage.withSources(blocks.getFirst().meta());
            ActivityTable activity = ActivityTable.EMPTY;
            for (BlockReader block : blocks) {
                activity = activity.maximum(block.meta().engram().activity());
            }
            BlockFold.Result result = BlockFold.fold(
                    blocks.getFirst(),
                    blocks.subList(1, blocks.size()),
                    new FoldRange(job.rangeStartMs(), job.rangeEndMs()),
                    new ReplicaLabels(fold.replicaLabels(), fold.clusterLabel()),
                    activity,
                    nowMs,
                    parent,
                    id,
                    (contents, folded) -> meta(id, source, contents, folded));
            try {
                check(source, result.meta());
            } catch (MergeStep.Unsound e) {
                BlockFolders.delete(result.folder());
                throw e;
            }
            return result.folder();
        } catch (CorruptBlock | IllegalArgumentException e) {
            throw new MergeStep.Unsound(e.getMessage(), e);
        } finally {
            blocks.forEach(BlockReader::close);
        }
    }

    /** Of the same sources as the block that was folded: that is what says that it stands for it. */
    private static BlockMeta meta(BlockId id, BlockMeta source, BlockContents contents, Folded folded) {
        Compaction old = source.compaction();
        boolean empty = contents.stats().series() == 0;
        // Where all twins have ended, a marker may stand behind the last sample of the block.
        long minMs = empty ? source.minTimeMs() : Math.min(source.minTimeMs(), contents.minTimeMs());
        long maxMs = empty ? source.maxTimeMs() : Math.max(source.maxTimeMs(), contents.maxTimeMs() + 1);
        return new BlockMeta(
                id,
                minMs,
                maxMs,
                contents.stats(),
                new Compaction(
                        old.level() + 1,
                        old.sources(),
                        empty,
                        List.of(new Compaction.Parent(source.id(), source.minTimeMs(), source.maxTimeMs())),
                        false,
                        List.of()),
                source.thanos()
                        .map(thanos -> new ThanosSection(
                                thanos.labels(),
                                thanos.resolutionMs(),
                                MergeStep.SOURCE,
                                List.of(),
                                MergedMeta.files(contents),
                                thanos.extensions())),
                new EngramSection(source.engram().activity(), Optional.of(folded)));
    }

    /** Folding leaves out what several replicas say of the same moment, but no series, and nothing of a series altogether. */
    private static void check(BlockMeta source, BlockMeta folded) throws MergeStep.Unsound {
        Folded counts = folded.engram().folded().orElseThrow();
        long series = folded.stats().series();
        if (series > source.stats().series()
                || series < counts.merged() + counts.single()
                || folded.stats().samples() < series
                || (series == 0 && source.stats().series() > 0)) {
            throw new MergeStep.Unsound(
                    "the folded block has " + series + " series with "
                            + folded.stats().samples() + " samples, of "
                            + source.stats().series() + " with "
                            + source.stats().samples() + ", and counts " + counts,
                    null);
        }
    }
}
