package io.engram.compactor.plan;

import io.engram.model.block.BlockFile;
import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * Blocks to be merged into one, or one block whose replicas are to be folded.
 *
 * @param rangeStartMs included; a multiple of the range
 * @param rangeEndMs excluded
 * @param blocks that the new one takes the place of: two or more of one tenant, with equal external labels and resolution,
 *     all within the range, in the order in which they win where two have a sample at one time; of a fold one
 * @param fold empty where blocks are merged
 */
public record PlannedJob(long rangeStartMs, long rangeEndMs, List<BlockMeta> blocks, Optional<Fold> fold) {
    /**
     * What a fold takes beside the block.
     *
     * @param around blocks that are read for what lies beyond the range, and stay; in the order in which they win
     * @param replicaLabels one or more
     * @param clusterLabel that names the pair
     */
    public record Fold(List<BlockMeta> around, List<String> replicaLabels, String clusterLabel) {
        public Fold {
            around = List.copyOf(around);
            replicaLabels = List.copyOf(replicaLabels);
        }
    }

    public PlannedJob {
        blocks = List.copyOf(blocks);
        if (fold.isPresent() ? blocks.size() != 1 : blocks.size() < 2) {
            throw new IllegalArgumentException("a job has " + blocks.size() + " blocks, expected "
                    + (fold.isPresent() ? "1 to fold" : "at least 2"));
        }
    }

    /** Of blocks to be merged. */
    public PlannedJob(long rangeStartMs, long rangeEndMs, List<BlockMeta> blocks) {
        this(rangeStartMs, rangeEndMs, blocks, Optional.empty());
    }

    /** Whether blocks overlap: then samples may fold. */
    public boolean isVertical() {
        return Overlaps.groups(blocks).size() < blocks.size();
    }

    public List<BlockId> ids() {
        return blocks.stream().map(BlockMeta::id).toList();
    }

    /** All that are read, those around a fold among them. */
    public List<BlockId> readIds() {
        return read().map(BlockMeta::id).toList();
    }

    private Stream<BlockMeta> read() {
        return Stream.concat(blocks.stream(), fold.stream().flatMap(with -> with.around().stream()));
    }

    /** Of all files of all blocks that are read, as far as their metas say. */
    public long inputBytes() {
        return read().flatMap(block -> block.thanos().stream())
                .flatMap(thanos -> thanos.files().stream())
                .mapToLong(BlockFile::sizeBytes)
                .sum();
    }

    /** Of the biggest index among those, as far as their metas say. */
    public long biggestIndexBytes() {
        return indexBytes().max().orElse(0);
    }

    /** Of all indexes together. */
    public long allIndexBytes() {
        return indexBytes().sum();
    }

    private LongStream indexBytes() {
        return read().flatMap(block -> block.thanos().stream())
                .flatMap(thanos -> thanos.files().stream())
                .filter(file -> file.path().equals("index"))
                .mapToLong(BlockFile::sizeBytes);
    }

    /** Upper bound of what comes out. */
    public long inputSamples() {
        return blocks.stream().mapToLong(block -> block.stats().samples()).sum();
    }
}
