package io.engram.tsdb.block;

import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * Merges blocks into one: copies of the same samples fold, whatever does not overlap is copied without being decoded.
 *
 * <ol>
 *   <li>The symbols of all blocks are merged; each block gets a table from its numbers to the new ones.
 *   <li>The series of all blocks are walked in label order, which is the order of the new numbers.
 *   <li>The chunks of those that stand at the same series are merged by {@link SeriesMerge}.
 * </ol>
 *
 * <p>In memory are four bytes for each symbol of each block, each block's list of series as a bitmap, one series, and what
 * {@link BlockWriter} needs. For one thread; stops where that is interrupted.
 */
public final class BlockMerge {
    /** Series between two looks at whether the thread was interrupted. */
    private static final int CHECK_SERIES = 1 << 10;

    /** @param chunksCopied without being decoded; of identical ones each once */
    public record Result(Path folder, BlockMeta meta, long chunksCopied, long chunksRecoded) {}

    private final List<BlockReader> blocks;
    private final SeriesMerge merge;

    private BlockMerge(List<BlockReader> blocks, long minMs, long endMs) {
        this.blocks = blocks;
        this.merge = new SeriesMerge(minMs, endMs);
    }

    /**
     * Writes {@code parent/id}.
     *
     * @param blocks in the order in which they win where two have a sample at one time; stay open
     * @param minMs samples before are left out; {@link Long#MIN_VALUE} for none
     * @param endMs samples at it and later are left out; {@link Long#MAX_VALUE} for none
     * @param meta as {@link BlockWriter#finish} asks for it; {@link MergedMeta} makes the usual one
     * @throws CorruptBlock where a block is damaged; it is named, and nothing is left behind
     */
    public static Result merge(
            List<BlockReader> blocks,
            long minMs,
            long endMs,
            Path parent,
            BlockId id,
            Function<BlockContents, BlockMeta> meta)
            throws IOException {
        return new BlockMerge(List.copyOf(blocks), minMs, endMs).write(parent, id, meta);
    }

    private Result write(Path parent, BlockId id, Function<BlockContents, BlockMeta> meta) throws IOException {
        BlockMeta[] written = new BlockMeta[1];
        try (BlockWriter writer = BlockWriter.create(parent, id)) {
            int[][] numbers = SymbolUnion.write(blocks, writer);
            List<MergeSource> open = new ArrayList<>();
            for (int i = 0; i < numbers.length; i++) {
                MergeSource source = new MergeSource(blocks.get(i), numbers[i]);
                if (source.next()) {
                    open.add(source);
                }
            }
            walk(open, writer);
            Path folder = writer.finish(contents -> written[0] = meta.apply(contents));
            return new Result(folder, written[0], merge.copied, merge.recoded);
        }
    }

    private void walk(List<MergeSource> open, BlockWriter writer) throws IOException {
        List<MergeSource> same = new ArrayList<>();
        for (long step = 0; !open.isEmpty(); step++) {
            if (step % CHECK_SERIES == 0 && Thread.interrupted()) {
                throw new InterruptedIOException("the merge was stopped");
            }
            same.clear();
            for (MergeSource source : open) {
                int order = same.isEmpty() ? 0 : source.compareTo(same.getFirst());
                if (order < 0) {
                    same.clear();
                }
                if (order <= 0) {
                    same.add(source);
                }
            }
            MergeSource first = same.getFirst();
            writer.beginSeries(first.ids(), first.series.symbolCount);
            merge.merge(same, writer);
            writer.endSeries();
            for (MergeSource source : same) {
                if (!source.next()) {
                    open.remove(source);
                }
            }
        }
    }
}
