package io.engram.tsdb.cut;

import io.engram.model.TenantId;
import io.engram.model.block.BlockId;
import io.engram.model.block.BlockMeta;
import io.engram.model.block.Compaction;
import io.engram.model.block.EngramSection;
import io.engram.model.block.ThanosSection;
import io.engram.model.labels.Labels;
import io.engram.model.read.ChunkBatch;
import io.engram.model.replica.ActivityTable;
import io.engram.tsdb.block.BlockContents;
import io.engram.tsdb.block.BlockWriter;
import io.engram.tsdb.block.MergedMeta;
import io.engram.tsdb.block.SeriesChunks;
import io.engram.tsdb.head.HeadSelection;
import io.engram.tsdb.head.Heads;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Writes what a tenant's head has of a range of time as a block, while samples go on coming: late ones and histograms
 * with the others. In memory are the labels of the range's series as numbers, and some chunks at a time.
 */
public final class HeadCut {
    /** Who made the block, as its section of Thanos has it. */
    public static final String SOURCE = "engram";

    /** Series whose chunks are fetched at a time, in label order: a lock is held for some of them at most. */
    private static final int BATCH_SERIES = 512;

    private HeadCut() {}

    /**
     * @param fromMs included
     * @param endMs excluded
     * @param parent gets the block's folder
     * @return the block's meta; empty where the head has no sample in the range, and no folder then
     * @throws InterruptedIOException where the thread is interrupted; nothing is left behind
     */
    public static Optional<BlockMeta> write(
            Heads heads, TenantId tenant, long fromMs, long endMs, Path parent, BlockId id) throws IOException {
        try (HeadSelection selection = heads.select(tenant, List.of(), fromMs, endMs - 1)) {
            if (selection.series().size() == 0) {
                return Optional.empty();
            }
            try (BlockWriter writer = BlockWriter.create(parent, id)) {
                writeSeries(selection, fromMs, endMs, writer);
                if (writer.seriesCount() == 0) {
                    return Optional.empty();
                }
                BlockMeta[] meta = new BlockMeta[1];
                // After the samples: those that come meanwhile make a count too high at worst, in a window that is
                // written again.
                ActivityTable activity = heads.activity(tenant, fromMs, endMs - 1);
                writer.finish(contents -> meta[0] = meta(id, contents).withEngram(new EngramSection(activity)));
                return Optional.of(meta[0]);
            }
        }
    }

    /**
     * Where the next two hours begin that have a sample, or {@code endMs}: for a head whose times lie far apart.
     *
     * @param fromMs a multiple of two hours
     * @param endMs excluded
     */
    public static long nextRange(Heads heads, TenantId tenant, long fromMs, long endMs) {
        long from = fromMs;
        long end = endMs;
        if (from >= end || isEmpty(heads, tenant, from, end)) {
            return endMs;
        }
        while (end - from > CutPlan.RANGE_MS) { // there is a sample in [from, end)
            long middle = CutPlan.startOf(from + (end - from) / 2);
            middle = middle == from ? from + CutPlan.RANGE_MS : middle;
            if (isEmpty(heads, tenant, from, middle)) {
                from = middle;
            } else {
                end = middle;
            }
        }
        return from;
    }

    private static boolean isEmpty(Heads heads, TenantId tenant, long fromMs, long endMs) {
        try (HeadSelection selection = heads.select(tenant, List.of(), fromMs, endMs - 1)) {
            return selection.series().size() == 0;
        }
    }

    private static void writeSeries(HeadSelection selection, long fromMs, long endMs, BlockWriter writer)
            throws IOException {
        HeadSymbols symbols = HeadSymbols.write(selection.series(), writer);
        int[] sorted = symbols.sortedSeries();
        SeriesChunks chunks = new SeriesChunks(fromMs, endMs);
        ChunkBatch batch = new ChunkBatch();
        for (int from = 0; from < sorted.length; from += BATCH_SERIES) {
            if (Thread.interrupted()) {
                throw new InterruptedIOException("the cut of a block was stopped");
            }
            int to = Math.min(sorted.length, from + BATCH_SERIES);
            selection.fetch(sorted, from, to, batch);
            symbols.readAhead(sorted, from, to);
            for (int i = from; i < to; i++) {
                writer.beginSeries(symbols.ids(sorted[i]), symbols.length());
                chunks.write(batch, i - from, writer);
                writer.endSeries();
            }
        }
    }

    private static BlockMeta meta(BlockId id, BlockContents contents) {
        return new BlockMeta(
                id,
                contents.minTimeMs(),
                contents.maxTimeMs() + 1,
                contents.stats(),
                Compaction.ofHead(id, false),
                Optional.of(ThanosSection.raw(Labels.EMPTY, SOURCE).withFiles(MergedMeta.files(contents))));
    }
}
