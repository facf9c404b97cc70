package io.engram.distributor;

import io.engram.model.write.SampleStatus;
import io.engram.model.write.WriteBatch;
import io.engram.model.write.WriteOutcome;
import java.util.HashSet;
import java.util.Set;

/**
 * Series that came without labels, and that a slow ingester did not know: it said so after the write had its quorum, when
 * nobody waited any more. The next write of such a series is said to be unknown, so that it is sent with labels; else the
 * slow one would never learn of it. Safe for many threads.
 */
final class LateUnknowns {
    /** A set that is full is emptied: what is forgotten is noted again. */
    private static final int MOST = 1 << 16;

    private final Set<Long> fingerprints = new HashSet<>(); // lower halves; guarded by this
    private volatile boolean any;

    /** Floats and histograms of a batch that came without labels, by their series; null where all have labels. */
    static long[] unlabelledRows(WriteBatch batch) {
        boolean all = true;
        for (int series = 0; series < batch.seriesCount; series++) {
            all &= batch.labelLength[series] != 0;
        }
        if (all) {
            return null;
        }
        long[] rows = new long[batch.sampleCount + batch.histograms.size()];
        for (int series = 0; series < batch.seriesCount; series++) {
            if (batch.labelLength[series] == 0) {
                for (int row = batch.firstSample[series]; row < batch.firstSample[series + 1]; row++) {
                    rows[row] = batch.fingerprintLo[series];
                }
            }
        }
        for (int i = 0; i < batch.histograms.size(); i++) {
            int series = batch.histograms.get(i).series();
            if (batch.labelLength[series] == 0) {
                rows[batch.sampleCount + i] = batch.fingerprintLo[series];
            }
        }
        return rows;
    }

    /**
     * Notes what a copy said after nobody waited for it.
     *
     * @param unlabelled what {@link #unlabelledRows} said of the batch
     * @param part null where the outcome's rows are those of the batch
     */
    void note(long[] unlabelled, BatchPart part, WriteOutcome outcome) {
        if (unlabelled == null || outcome.count(SampleStatus.UNKNOWN_SERIES) == 0) {
            return;
        }
        int rows = part == null ? unlabelled.length : part.rowCount();
        synchronized (this) {
            for (int i = 0; i < rows; i++) {
                if (outcome.of(i) == SampleStatus.UNKNOWN_SERIES) {
                    if (fingerprints.size() == MOST) {
                        fingerprints.clear();
                    }
                    fingerprints.add(unlabelled[part == null ? i : part.wholeRow(i)]);
                }
            }
            any = true;
        }
    }

    /** Takes out the series of a batch that were noted; says which rows are theirs, null where none are. */
    boolean[] take(long[] unlabelled) {
        if (!any || unlabelled == null) {
            return null;
        }
        boolean[] taken = new boolean[unlabelled.length];
        Set<Long> found = new HashSet<>();
        synchronized (this) {
            for (int row = 0; row < taken.length; row++) {
                taken[row] = unlabelled[row] != 0 && fingerprints.contains(unlabelled[row]);
                if (taken[row]) {
                    found.add(unlabelled[row]);
                }
            }
            fingerprints.removeAll(found);
            any = !fingerprints.isEmpty();
        }
        return found.isEmpty() ? null : taken;
    }
}
