package io.engram.tsdb.block;

import io.engram.model.block.BlockFile;
import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.block.Compaction;
import io.engram.model.block.EngramSection;
import io.engram.model.block.Folded;
import io.engram.model.block.ThanosSection;
import io.engram.model.replica.ActivityTable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** The {@code meta.json} of a block that others were merged into. */
public final class MergedMeta {
    private MergedMeta() {}

    /**
     * As Prometheus and Thanos make it: the range of all sources, cut to {@code [minMs, endMs)}; one level more than the
     * highest; all sources of sources. External labels and resolution are those of the first source. Of the activity of
     * replicas each window has the greatest counts of any source: copies of a series were counted in each of them.
     *
     * @param source which program makes the block, as the section of Thanos has it
     */
    public static BlockMeta of(
            BlockId id, List<BlockMeta> parents, long minMs, long endMs, String source, BlockContents contents) {
        long min = Long.MAX_VALUE;
        long end = Long.MIN_VALUE;
        int level = 0;
        TreeSet<BlockId> sources = new TreeSet<>();
        ActivityTable activity = ActivityTable.EMPTY;
        Optional<Folded> folded = Optional.empty();
        List<Compaction.Parent> direct = new ArrayList<>();
        for (BlockMeta parent : parents) {
            min = Math.min(min, parent.minTimeMs());
            end = Math.max(end, parent.maxTimeMs());
            level = Math.max(level, parent.compaction().level());
            sources.addAll(parent.compaction().sources());
            activity = activity.maximum(parent.engram().activity());
            if (parent.isFolded()) {
                Folded of = parent.engram().folded().orElseThrow();
                folded = Optional.of(folded.orElse(Folded.NOTHING).plus(of));
            }
            direct.add(new Compaction.Parent(parent.id(), parent.minTimeMs(), parent.maxTimeMs()));
        }
        boolean empty = contents.stats().series() == 0;
        Compaction compaction = new Compaction(level + 1, List.copyOf(sources), empty, direct, false, List.of());
        Optional<ThanosSection> first = parents.getFirst().thanos();
        long from = Math.max(min, minMs);
        long to = Math.max(from, Math.min(end, endMs));
        return new BlockMeta(
                id,
                from,
                to,
                contents.stats(),
                compaction,
                first.map(thanos -> new ThanosSection(
                        thanos.labels(),
                        thanos.resolutionMs(),
                        source,
                        List.of(),
                        files(contents),
                        thanos.extensions())),
                new EngramSection(activity.between(from, to - 1), folded));
    }

    /** Those of the contents, and the meta itself, which cannot know its own size. */
    public static List<BlockFile> files(BlockContents contents) {
        List<BlockFile> files = new ArrayList<>(contents.files());
        files.add(new BlockFile(BlockMeta.FILE, 0));
        return files;
    }
}
