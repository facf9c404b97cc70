package io.engram.tsdb.fold;

import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.block.Folded;
import io.engram.model.replica.ActivityTable;
import io.engram.tsdb.block.BlockContents;
import io.engram.tsdb.block.BlockReader;
import io.engram.tsdb.block.BlockWriter;
import io.engram.tsdb.block.CorruptBlock;
import io.engram.tsdb.block.SymbolTable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.function.BiFunction;

/**
 * Writes a block anew with the replicas of each series folded into one.
 *
 * <ol>
 *   <li>The series of the block are walked in {@linkplain FoldGroups groups} in which twins stand together, beside the same
 *       series of the blocks around it.
 *   <li>{@link SeriesFold} merges the twins of each series, or says why they stay apart; chunks wait in a {@link ChunkStore}.
 *   <li>The group is written in label order: folded series without replica labels, the others as they were.
 * </ol>
 *
 * <p>What comes out does not depend on where blocks begin and end: beyond the borders of the range the blocks around it are
 * read, and they may be folded themselves. In memory are a group of series, one series' samples, four bytes for each symbol
 * of the blocks around, and what {@link BlockWriter} needs. For one thread; stops where that is interrupted.
 */
public final class BlockFold {
    /** The number of the block that is folded among the blocks of a fold. */
    static final int MAIN = 0;

    /** Series between two looks at whether the thread was interrupted. */
    private static final int CHECK_SERIES = 1 << 8;

    /** What came of it. */
    public record Result(Path folder, BlockMeta meta) {}

    private final List<BlockReader> blocks;
    private final FoldRange range;
    private final ReplicaLabels labels;
    private final PairRanks ranks;
    private final long nowMs;
    private final SymbolTable symbols;
    private final int clusterName; // symbol; -1 where no series has the label

    private final List<Output> outputs = new ArrayList<>();
    private Folded folded = Folded.NOTHING;
    private long steps;

    /**
     * A series of the block that is written.
     *
     * @param symbols of its labels
     * @param from the first of its chunks in the store; -1 where they are copied from the block
     * @param to behind the last
     * @param ref in the block, where they are copied
     */
    private record Output(int[] symbols, int from, int to, int ref) {}

    private BlockFold(
            List<BlockReader> blocks, FoldRange range, ReplicaLabels labels, ActivityTable activity, long nowMs) {
        this.blocks = blocks;
        this.range = range;
        this.labels = labels;
        this.ranks = new PairRanks(activity, range.readFromMs(), range.readToMs());
        this.nowMs = nowMs;
        this.symbols = blocks.getFirst().symbols();
        this.clusterName = symbols.find(labels.cluster().getBytes(StandardCharsets.UTF_8));
    }

    /**
     * Writes {@code parent/id}.
     *
     * @param block not folded yet, without tombstones, with samples in the range only; stays open
     * @param around with what there is in {@link FoldRange#readFromMs} to {@link FoldRange#readToMs} beside the block, in the
     *     order in which they win where two have a sample at one time; stay open
     * @param activity of the block and of those around it
     * @param nowMs since the Unix epoch; the range is well before it
     * @param meta of what was written, and what was folded
     * @throws CorruptBlock where a block is damaged; it is named, and nothing is left behind
     */
    public static Result fold(
            BlockReader block,
            List<BlockReader> around,
            FoldRange range,
            ReplicaLabels labels,
            ActivityTable activity,
            long nowMs,
            Path parent,
            BlockId id,
            BiFunction<BlockContents, Folded, BlockMeta> meta)
            throws IOException {
        List<BlockReader> blocks = new ArrayList<>();
        blocks.add(block);
        blocks.addAll(around);
        return new BlockFold(List.copyOf(blocks), range, labels, activity, nowMs).write(parent, id, meta);
    }

    private Result write(Path parent, BlockId id, BiFunction<BlockContents, Folded, BlockMeta> meta)
            throws IOException {
        BlockMeta[] written = new BlockMeta[1];
        try (BlockWriter writer = BlockWriter.create(parent, id);
                ChunkStore store = new ChunkStore(parent.resolve(id + ".chunks" + BlockWriter.UNFINISHED_SUFFIX))) {
            for (int i = 0; i < symbols.count(); i++) {
                byte[] utf8 = symbols.bytes(i);
                writer.addSymbol(utf8, 0, utf8.length);
            }
            FoldGroups groups = new FoldGroups(FoldCursor.open(blocks, labels));
            SeriesFold series = new SeriesFold(blocks, range, nowMs, store);
            SeriesCopy copy = new SeriesCopy(blocks.getFirst());
            for (List<FoldSeries> group = groups.next(); !group.isEmpty(); group = groups.next()) {
                decide(group, series, store, copy);
                outputs.sort((a, b) -> Arrays.compare(a.symbols, b.symbols));
                for (Output output : outputs) {
                    writer.beginSeries(output.symbols, output.symbols.length);
                    if (output.from < 0) {
                        copy.chunks(output.ref, writer);
                    } else {
                        store.copy(output.from, output.to, writer);
                    }
                    writer.endSeries();
                }
                outputs.clear();
                store.clear();
            }
            Path folder = writer.finish(contents -> written[0] = meta.apply(contents, folded));
            return new Result(folder, written[0]);
        }
    }

    private void decide(List<FoldSeries> group, SeriesFold series, ChunkStore store, SeriesCopy copy)
            throws IOException {
        for (int from = 0; from < group.size(); ) {
            int to = from + 1;
            while (to < group.size() && group.get(to).isTwinOf(group.get(from))) {
                to++;
            }
            if (steps++ % CHECK_SERIES == 0 && Thread.interrupted()) {
                throw new InterruptedIOException("the fold was stopped");
            }
            decideTwins(group.subList(from, to), series, store, copy);
            from = to;
        }
    }

    private void decideTwins(List<FoldSeries> members, SeriesFold series, ChunkStore store, SeriesCopy copy)
            throws IOException {
        boolean ours = false;
        boolean replicas = false;
        TreeSet<String> names = new TreeSet<>();
        for (FoldSeries member : members) {
            ours |= member.source() == MAIN;
            replicas |= member.source() == MAIN && !member.replica().isEmpty();
            names.add(member.replica());
        }
        if (!ours) {
            return;
        }
        if (replicas) {
            int before = store.count();
            SeriesFold.Verdict verdict =
                    series.fold(members, ranks.of(cluster(members.getFirst()), List.copyOf(names)));
            folded = folded.plus(count(verdict));
            if (verdict.isFolded()) {
                outputs.add(new Output(members.getFirst().labels(), before, store.count(), 0));
                return;
            }
        }
        for (FoldSeries member : members) {
            if (member.source() == MAIN) {
                outputs.add(new Output(copy.symbols(member.ref()), -1, -1, member.ref()));
            }
        }
    }

    private static Folded count(SeriesFold.Verdict verdict) {
        return switch (verdict) {
            case MERGED -> new Folded(1, 0, 0, 0, 0);
            case SINGLE -> new Folded(0, 1, 0, 0, 0);
            case UNLIKE -> new Folded(0, 0, 1, 0, 0);
            case COUNTER_DROPS -> new Folded(0, 0, 0, 1, 0);
            case BORDERS -> new Folded(0, 0, 0, 0, 1);
        };
    }

    /** The value of the label that names the pair; empty where the series has none. */
    private String cluster(FoldSeries series) {
        int[] pairs = series.labels();
        for (int i = 0; i < pairs.length; i += 2) {
            if (pairs[i] == clusterName) {
                return symbols.text(pairs[i + 1]);
            }
        }
        return "";
    }
}
