package io.engram.compactor.plan;

import io.engram.model.block.BlockFile;
import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import java.util.List;
import java.util.stream.LongStream;

/**
 * Blocks to be merged into one.
 *
 * @param rangeStartMs included; a multiple of the range
 * @param rangeEndMs excluded
 * @param blocks two or more of one tenant, with equal external labels and resolution, all within the range; in the order in
 *     which they win where two have a sample at one time
 */
public record PlannedJob(long rangeStartMs, long rangeEndMs, List<BlockMeta> blocks) {
    public PlannedJob {
        blocks = List.copyOf(blocks);
        if (blocks.size() < 2) {
            throw new IllegalArgumentException("a job has " + blocks.size() + " blocks, expected at least 2");
        }
    }

    /** Whether blocks overlap: then samples may fold. */
    public boolean isVertical() {
        return Overlaps.groups(blocks).size() < blocks.size();
    }

    public List<BlockId> ids() {
        return blocks.stream().map(BlockMeta::id).toList();
    }

    /** Of all files of all blocks, as far as their metas say. */
    public long inputBytes() {
        return blocks.stream()
                .flatMap(block -> block.thanos().stream())
                .flatMap(thanos -> thanos.files().stream())
                .mapToLong(BlockFile::sizeBytes)
                .sum();
    }

    /** Of the biggest index among the blocks, as far as their metas say. */
    public long biggestIndexBytes() {
        return indexBytes().max().orElse(0);
    }

    /** Of all indexes together. */
    public long allIndexBytes() {
        return indexBytes().sum();
    }

    private LongStream indexBytes() {
        return blocks.stream()
                .flatMap(block -> block.thanos().stream())
                .flatMap(thanos -> thanos.files().stream())
                .filter(file -> file.path().equals("index"))
                .mapToLong(BlockFile::sizeBytes);
    }

    /** Upper bound of what comes out. */
    public long inputSamples() {
        return blocks.stream().mapToLong(block -> block.stats().samples()).sum();
    }
}
