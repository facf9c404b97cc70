package io.engram.tsdb.fold;

import io.engram.model.histogram.Histogram;
import io.engram.model.histogram.ResetHint;
import io.engram.tsdb.block.BlockChunkReader;
import io.engram.tsdb.block.BlockReader;
import io.engram.tsdb.block.ChunkCutter;
import io.engram.tsdb.block.SampleRun;
import io.engram.tsdb.block.SeriesEntry;
import io.engram.tsdb.replica.Coverage;
import io.engram.tsdb.replica.Likeness;
import io.engram.tsdb.replica.MergedSamples;
import io.engram.tsdb.replica.Ranks;
import io.engram.tsdb.replica.ReplicaWindow;
import io.engram.tsdb.replica.TwinMerge;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Folds the twins of one series, or says why not. Reused from series to series; for one thread.
 *
 * <ol>
 *   <li>A chunk around which only one twin has data ({@link Coverage}) is copied as it is.
 *   <li>What lies between such chunks, mostly all, is merged by {@link TwinMerge}, as a query would, and encoded.
 *   <li>Where all is merged, it is known whether the twins look alike, whether a counter would fall, and whether the
 *       {@linkplain Seam borders} hold.
 * </ol>
 */
final class SeriesFold {
    /** What becomes of twins. */
    enum Verdict {
        MERGED,
        SINGLE,
        UNLIKE,
        COUNTER_DROPS,
        BORDERS;

        boolean isFolded() {
            return this == MERGED || this == SINGLE;
        }
    }

    private final List<BlockReader> blocks;
    private final List<BlockChunkReader> readers;
    private final FoldRange range;
    private final long nowMs;
    private final ChunkStore store;

    private final List<TwinChunks> twins = new ArrayList<>();
    private final SeriesEntry entry = new SeriesEntry();
    private final Coverage coverage = new Coverage();
    private final TwinMerge merge = new TwinMerge();
    private final OwnMeasure own = new OwnMeasure();
    private final Seam seam = new Seam();
    private final ChunkCutter cutter = new ChunkCutter();
    private final SampleRun shown = new SampleRun();

    private int twinCount;
    private Ranks ranks;
    private Likeness likeness;
    private long drops;

    /**
     * @param blocks the one that is folded, then those around it
     * @param nowMs as for {@link TwinMerge#merge}
     * @param store takes the chunks of series that are folded
     */
    SeriesFold(List<BlockReader> blocks, FoldRange range, long nowMs, ChunkStore store) {
        this.blocks = blocks;
        this.readers = blocks.stream().map(BlockReader::chunkReader).toList();
        this.range = range;
        this.nowMs = nowMs;
        this.store = store;
    }

    /**
     * Adds the chunks of the folded series to the store, or none.
     *
     * @param members all series that are one without replica labels, in {@link FoldSeries#ORDER}
     */
    Verdict fold(List<FoldSeries> members, Ranks ofPair) throws IOException {
        ranks = ofPair;
        gather(members);
        likeness = Likeness.NONE;
        drops = 0;
        own.clear();
        int before = store.count();
        Verdict verdict = write();
        if (!verdict.isFolded()) {
            store.dropBehind(before);
        }
        return verdict;
    }

    private void gather(List<FoldSeries> members) {
        twinCount = 0;
        String last = null;
        for (FoldSeries member : members) {
            if (!member.replica().equals(last)) {
                if (twinCount == twins.size()) {
                    twins.add(new TwinChunks(readers));
                }
                twins.get(twinCount).clear();
                twins.get(twinCount++).replica = ranks.replica(member.replica());
                last = member.replica();
            }
            blocks.get(member.source()).series(member.ref(), entry);
            twins.get(twinCount - 1).add(member.source(), entry.chunks, range.readFromMs(), range.readToMs());
        }
        coverage.begin(twinCount);
        for (int t = 0; t < twinCount; t++) {
            TwinChunks twin = twins.get(t);
            for (int c = 0; c < twin.count; c++) {
                coverage.add(t, twin.minMs[c], twin.maxMs[c], twin.source[c] == BlockFold.MAIN);
            }
        }
    }

    private Verdict write() throws IOException {
        int several = 0;
        for (int t = 0; t < twinCount; t++) {
            several += twins.get(t).hasMain() ? 1 : 0;
        }
        copyAndMerge();
        if (!own.alike(likeness)) {
            return Verdict.UNLIKE;
        }
        if (drops > 0 && own.looksLikeCounter()) {
            return Verdict.COUNTER_DROPS;
        }
        boolean counter = own.looksLikeCounter();
        boolean smooth = seam.isSmooth(twins, twinCount, ranks, range.startMs(), true, counter, nowMs)
                && seam.isSmooth(twins, twinCount, ranks, range.endMs(), false, counter, nowMs);
        return !smooth ? Verdict.BORDERS : several > 1 ? Verdict.MERGED : Verdict.SINGLE;
    }

    private void copyAndMerge() throws IOException {
        coverage.start(range.startMs(), range.endMs() - 1);
        while (coverage.next()) {
            if (coverage.isChunk()) {
                copy(twins.get(coverage.twin()), coverage.chunk());
            } else {
                merge(coverage.fromMs(), coverage.toMs());
            }
        }
    }

    private void copy(TwinChunks twin, int chunk) throws IOException {
        BlockChunkReader reader = twin.load(chunk);
        store.add(
                twin.minMs[chunk],
                twin.maxMs[chunk],
                reader.frame.encoding,
                reader.data(),
                reader.frame.dataAt,
                reader.frame.dataLength);
    }

    private void merge(long fromMs, long toMs) throws IOException {
        merge.begin(ranks);
        for (int t = 0; t < twinCount; t++) {
            TwinChunks twin = twins.get(t);
            SampleRun run = twin.read(ReplicaWindow.readFromMs(fromMs), ReplicaWindow.readToMs(toMs));
            merge.add(twin.replica, run.timeMs, run.value, run.hasHistograms ? run.histogram : null, run.count);
            own.add(run);
        }
        MergedSamples merged = merge.merge(fromMs, toMs, nowMs);
        likeness = likeness.plus(merge.likeness());
        drops += merged.undecidableDrops + merged.deniedDrops + histogramDrops(merged);
        shown.clear();
        shown.room(merged.count);
        System.arraycopy(merged.timeMs, 0, shown.timeMs, 0, merged.count);
        System.arraycopy(merged.value, 0, shown.value, 0, merged.count);
        if (merged.hasHistograms) {
            System.arraycopy(merged.histogram, 0, shown.histogram, 0, merged.count);
        }
        shown.hasHistograms = merged.hasHistograms;
        shown.count = merged.count;
        cutter.cut(shown, store::add);
    }

    /** Changes of twin at which a counter of observations falls, whether it was reset or not. */
    private static long histogramDrops(MergedSamples merged) {
        long found = 0;
        for (int c = 0; merged.hasHistograms && c < merged.changeCount; c++) {
            int i = merged.changeAt[c];
            Histogram before = merged.histogram[i - 1];
            Histogram at = merged.histogram[i];
            found += before != null
                            && at != null
                            && at.resetHint() != ResetHint.GAUGE
                            && OwnMeasure.observations(at) < OwnMeasure.observations(before)
                    ? 1
                    : 0;
        }
        return found;
    }
}
