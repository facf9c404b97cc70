package io.engram.bucket.index;

import io.engram.bucket.layout.BlockPaths;
import io.engram.model.block.BlockFile;
import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.block.Compaction;
import io.engram.model.block.ThanosSection;
import io.engram.model.labels.Labels;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which blocks a tenant has, in Mimir's format. Partial blocks are not in it.
 *
 * @param blocks by id
 * @param deletionMarks by id; of blocks that are in {@code blocks}, as a rule
 * @param updatedAtS when it was made, seconds since the Unix epoch
 */
public record BucketIndex(List<Block> blocks, List<Deletion> deletionMarks, long updatedAtS) {
    public static final BucketIndex EMPTY = new BucketIndex(List.of(), List.of(), 0);

    /** {@link Block#segmentsFormat} where the chunks are {@code 000001}, {@code 000002} and so on. */
    public static final String SEGMENTS_1_BASED_6_DIGITS = "1b6d";

    /**
     * @param maxTimeMs excluded
     * @param segmentsFormat empty where the names of the chunk files follow no rule, or nobody said them
     * @param segmentCount 0 where unknown
     * @param uploadedAtS when {@code meta.json} came, seconds since the Unix epoch
     * @param compactorShardId part of the tenant's series that it has, {@code 3_of_8}; empty for all
     * @param source which program made it; empty where unknown
     * @param compactionLevel 0 where unknown: indexes of version 1 did not say
     * @param labels external ones
     * @param foldedFrom blocks that it stands for since their replicas were folded into it: whoever sees it must not read
     *     them beside it. Empty in any other block; a field that other readers skip
     */
    public record Block(
            BlockId id,
            long minTimeMs,
            long maxTimeMs,
            String segmentsFormat,
            int segmentCount,
            long uploadedAtS,
            String compactorShardId,
            String source,
            int compactionLevel,
            boolean outOfOrder,
            Labels labels,
            List<BlockId> foldedFrom) {

        public Block {
            foldedFrom = List.copyOf(foldedFrom);
        }

        /** Of a block whose replicas were not folded. */
        public Block(
                BlockId id,
                long minTimeMs,
                long maxTimeMs,
                String segmentsFormat,
                int segmentCount,
                long uploadedAtS,
                String compactorShardId,
                String source,
                int compactionLevel,
                boolean outOfOrder,
                Labels labels) {
            this(
                    id,
                    minTimeMs,
                    maxTimeMs,
                    segmentsFormat,
                    segmentCount,
                    uploadedAtS,
                    compactorShardId,
                    source,
                    compactionLevel,
                    outOfOrder,
                    labels,
                    List.of());
        }

        /** @param uploadedAtS when {@code meta.json} came, seconds since the Unix epoch */
        public static Block of(BlockMeta meta, long uploadedAtS) {
            int segments = meta.thanos().map(Block::segmentCount).orElse(0);
            return new Block(
                    meta.id(),
                    meta.minTimeMs(),
                    meta.maxTimeMs(),
                    segments > 0 ? SEGMENTS_1_BASED_6_DIGITS : "",
                    segments,
                    uploadedAtS,
                    meta.labels().get(ThanosSection.SHARD_LABEL),
                    meta.thanos().map(ThanosSection::source).orElse(""),
                    meta.compaction().level(),
                    meta.compaction().fromOutOfOrder(),
                    meta.labels(),
                    meta.isFolded()
                            ? meta.compaction().parents().stream()
                                    .map(Compaction.Parent::id)
                                    .toList()
                            : List.of());
        }

        /** How many chunk files there are, 0 where they are not 1, 2, 3 and so on without a gap. */
        private static int segmentCount(ThanosSection thanos) {
            List<String> paths = new ArrayList<>();
            thanos.segmentFiles().forEach(name -> paths.add(BlockPaths.CHUNKS_FOLDER + name));
            if (paths.isEmpty()) {
                thanos.files().stream()
                        .map(BlockFile::path)
                        .filter(path -> path.startsWith(BlockPaths.CHUNKS_FOLDER))
                        .forEach(paths::add);
            }
            for (int i = 0; i < paths.size(); i++) {
                if (!paths.get(i).equals(BlockPaths.segment(i + 1))) {
                    return 0;
                }
            }
            return paths.size();
        }

        /** Whether a sample of the block may lie in {@code [minMs, maxMs]}, both included. */
        public boolean overlaps(long minMs, long maxMs) {
            return minTimeMs <= maxMs && minMs < maxTimeMs;
        }
    }

    /** @param timeS when the block was marked, seconds since the Unix epoch */
    public record Deletion(BlockId id, long timeS) {}

    public BucketIndex {
        blocks = blocks.stream().sorted(Comparator.comparing(Block::id)).toList();
        deletionMarks = deletionMarks.stream()
                .sorted(Comparator.comparing(Deletion::id))
                .toList();
    }

    /**
     * What readers may see: without the blocks for which a folded one stands that is there and not marked for deletion. A
     * folded block and its originals are never read side by side, whichever of their marks are written yet.
     */
    public BucketIndex withoutOriginals() {
        Set<BlockId> marked = new HashSet<>();
        deletionMarks.forEach(mark -> marked.add(mark.id()));
        Set<BlockId> originals = new HashSet<>();
        for (Block block : blocks) {
            if (!marked.contains(block.id())) {
                originals.addAll(block.foldedFrom());
            }
        }
        return originals.isEmpty()
                ? this
                : new BucketIndex(
                        blocks.stream()
                                .filter(block -> !originals.contains(block.id()))
                                .toList(),
                        deletionMarks.stream()
                                .filter(mark -> !originals.contains(mark.id()))
                                .toList(),
                        updatedAtS);
    }

    public Optional<Block> block(BlockId id) {
        return blocks.stream().filter(block -> block.id().equals(id)).findFirst();
    }

    /** Blocks in which a sample of {@code [minMs, maxMs]}, both included, may lie; marked ones among them. */
    public List<Block> overlapping(long minMs, long maxMs) {
        return blocks.stream().filter(block -> block.overlaps(minMs, maxMs)).toList();
    }
}
