package io.engram.compactor.job;

import io.engram.compactor.plan.Lineage;
import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.tsdb.block.BlockFolders;
import io.engram.tsdb.block.BlockMerge;
import io.engram.tsdb.block.BlockReader;
import io.engram.tsdb.block.BlockVerify;
import io.engram.tsdb.block.CorruptBlock;
import io.engram.tsdb.block.MergedMeta;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Makes one block of several on the local disk, and does not believe itself. */
final class MergeStep {
    /** As the section of Thanos names the program that made a block. */
    static final String SOURCE = "compactor";

    private MergeStep() {}

    /** The sources could not be merged, or not into what they must give: one of them is damaged, or we are wrong. */
    static final class Unsound extends Exception {
        private static final long serialVersionUID = 1L;

        Unsound(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /**
     * Merges whole blocks: nothing is cut off, so that a block holds all that its sources hold.
     *
     * @param folders of the sources, in the order in which they win
     * @return the folder of the new block
     */
    static Path merge(List<Path> folders, Path parent, BlockId id) throws IOException, Unsound {
        List<BlockReader> blocks = new ArrayList<>();
        try {
            for (Path folder : folders) {
                blocks.add(BlockReader.open(folder));
            }
            List<BlockMeta> metas = blocks.stream()
                    .map(block -> Lineage.withSources(block.meta()))
                    .toList();
            BlockMerge.Result result = BlockMerge.merge(
                    blocks,
                    Long.MIN_VALUE,
                    Long.MAX_VALUE,
                    parent,
                    id,
                    contents -> MergedMeta.of(id, metas, Long.MIN_VALUE, Long.MAX_VALUE, SOURCE, contents));
            try {
                checkCount(metas, result.meta());
            } catch (Unsound e) {
                BlockFolders.delete(result.folder());
                throw e;
            }
            return result.folder();
        } catch (CorruptBlock | IllegalArgumentException e) {
            throw new Unsound(e.getMessage(), e);
        } finally {
            blocks.forEach(BlockReader::close);
        }
    }

    /** Samples fold where sources have the same, and are never more than all of them together. */
    private static void checkCount(List<BlockMeta> sources, BlockMeta merged) throws Unsound {
        long most = 0;
        long all = 0;
        boolean deleted = false;
        for (BlockMeta source : sources) {
            most = Math.max(most, source.stats().samples());
            all += source.stats().samples();
            deleted |= source.stats().tombstones() > 0;
        }
        long samples = merged.stats().samples();
        if (samples > all || (samples < most && !deleted)) {
            throw new Unsound(
                    "the merged block has " + samples + " samples, expected from " + most + " to " + all, null);
        }
    }

    static void verify(Path folder) throws IOException, Unsound {
        List<BlockVerify.Finding> findings = BlockVerify.verify(folder);
        if (!findings.isEmpty()) {
            throw new Unsound(
                    "the merged block is damaged in " + findings.size() + " places, first in " + findings.getFirst(),
                    null);
        }
    }
}
