package io.engram.distributor;

import io.engram.model.write.ExemplarSample;
import io.engram.model.write.HistogramSample;
import io.engram.model.write.WriteBatch;
import io.engram.model.write.WriteOutcome;
import io.engram.proto.PendingPush;
import java.util.function.IntToLongFunction;

/** What of a batch goes on to the ingesters: all, some rows as a batch of their own, or nothing. Used by one thread. */
final class TakenRows {
    /** As a series' time after which samples are taken: none are. */
    static final long NOTHING = Long.MAX_VALUE;

    static final TakenRows NONE = new TakenRows(null, null, 0);

    private final WriteBatch batch;
    private final BatchPart part; // null where the batch is the whole
    private final int wholeRows;

    private TakenRows(WriteBatch batch, BatchPart part, int wholeRows) {
        this.batch = batch;
        this.part = part;
        this.wholeRows = wholeRows;
    }

    static TakenRows all(WriteBatch whole) {
        return new TakenRows(whole, null, 0);
    }

    /** @param afterMs by series: its rows are taken that are newer */
    static TakenRows some(WriteBatch whole, IntToLongFunction afterMs) {
        long[] after = new long[whole.seriesCount];
        for (int series = 0; series < after.length; series++) {
            after[series] = afterMs.applyAsLong(series);
        }
        boolean[] in = seriesWithRows(whole, after);
        BatchPart part = new BatchPart(whole);
        int[] ordinalOf = new int[whole.seriesCount];
        for (int series = 0; series < whole.seriesCount; series++) {
            ordinalOf[series] = in[series] ? part.add(whole, series, after[series]) : BatchPart.ABSENT;
        }
        part.addOthers(whole, ordinalOf, after);
        whole.metadata.forEach(part::add);
        return new TakenRows(part.batch(), part, whole.rowCount());
    }

    private static boolean[] seriesWithRows(WriteBatch whole, long[] after) {
        boolean[] in = new boolean[whole.seriesCount];
        for (int series = 0; series < whole.seriesCount; series++) {
            for (int sample = whole.firstSample[series]; sample < whole.firstSample[series + 1]; sample++) {
                in[series] |= newer(whole.timestampMs[sample], after[series]);
            }
        }
        for (HistogramSample row : whole.histograms) {
            in[row.series()] |= newer(row.timestampMs(), after[row.series()]);
        }
        for (ExemplarSample row : whole.exemplars) {
            in[row.series()] |= newer(row.timestampMs(), after[row.series()]);
        }
        return in;
    }

    /** Whether a row is taken; {@link Long#MIN_VALUE} takes all. */
    static boolean newer(long timestampMs, long afterMs) {
        return timestampMs > afterMs || afterMs == Long.MIN_VALUE;
    }

    /** What to push, or null where there is nothing. */
    WriteBatch batch() {
        return batch == null || batch.rowCount() == 0 && batch.metadata.isEmpty() ? null : batch;
    }

    /** Floats and histograms. */
    int sampleCount() {
        return batch == null ? 0 : batch.sampleCount + batch.histograms.size();
    }

    int exemplarCount() {
        return batch == null ? 0 : batch.exemplars.size();
    }

    /** What a push answers, as an answer about the whole: rows that were not taken count as stored. */
    PendingPush ofWhole(PendingPush pending) {
        if (part == null) {
            return pending;
        }
        return () -> {
            WriteOutcome mine = pending.await();
            if (mine == WriteOutcome.ALL_STORED) {
                return mine;
            }
            WriteOutcome all = new WriteOutcome(wholeRows);
            part.addTo(all, mine);
            return all;
        };
    }
}
