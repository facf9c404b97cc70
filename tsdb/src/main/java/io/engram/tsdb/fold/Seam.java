package io.engram.tsdb.fold;

import io.engram.model.StaleMarker;
import io.engram.model.histogram.Histogram;
import io.engram.model.replica.ReplicaNames;
import io.engram.tsdb.block.SampleRun;
import io.engram.tsdb.replica.MergedSamples;
import io.engram.tsdb.replica.Ranks;
import io.engram.tsdb.replica.ReplicaWindow;
import io.engram.tsdb.replica.TwinMerge;
import java.util.ArrayList;
import java.util.List;

/**
 * Whether a border between a folded block and one that is not can be seen. A query that crosses it finds on one side the
 * folded series, on the other the twins, and merges all of them: the last samples of a twin, its interval and what it counted
 * are not there to decide by.
 *
 * <ol>
 *   <li>All twins are merged around the border, as if nothing were folded.
 *   <li>What came out on the folded side takes the place of the twins there, and both are merged again.
 *   <li>Around the border, as far as a merge looks ({@link ReplicaWindow}), both must show the same samples, and on the side
 *       that is not folded see resets of counters at the same ones.
 * </ol>
 *
 * <p>Beyond that no sample depends on what lies on the other side. So a series that passes at both borders reads the same with
 * whatever neighbours, folded or not. Reused from series to series; for one thread.
 */
final class Seam {
    /** Windows to both sides in which samples may depend on what is beyond the border. */
    private static final int DEPENDENT_BEFORE = 1;

    private static final int DEPENDENT_BEHIND = 2;
    /** Windows to both sides that a merge of those must read. */
    private static final int READ = 3;

    private final TwinMerge whole = new TwinMerge();
    private final TwinMerge seam = new TwinMerge();
    private final SampleRun folded = new SampleRun();
    private final List<SampleRun> outer = new ArrayList<>();

    /**
     * @param borderMs the first millisecond of the right side
     * @param foldsRight whether the right side is folded, and the left is not; else the other way round
     * @param counter whether readers may take a fall for a reset
     */
    boolean isSmooth(
            List<TwinChunks> twins,
            int twinCount,
            Ranks ranks,
            long borderMs,
            boolean foldsRight,
            boolean counter,
            long nowMs) {
        long left = ReplicaWindow.of(borderMs - 1);
        long right = ReplicaWindow.of(borderMs);
        long knownFromMs = ReplicaWindow.startMs(right - READ);
        long knownToMs = ReplicaWindow.startMs(left + READ + 1) - 1;
        whole.begin(ranks);
        boolean seen = false;
        List<SampleRun> runs = new ArrayList<>();
        for (int t = 0; t < twinCount; t++) {
            TwinChunks twin = twins.get(t);
            SampleRun run = twin.read(ReplicaWindow.readFromMs(knownFromMs), ReplicaWindow.readToMs(knownToMs));
            whole.add(twin.replica, run.timeMs, run.value, run.hasHistograms ? run.histogram : null, run.count);
            // Behind the last sample of all twins a marker may follow, beyond the border.
            seen |= run.count > 0 && (!foldsRight || run.timeMs[0] < borderMs);
            runs.add(run);
        }
        if (!seen) {
            return true;
        }
        MergedSamples shown = whole.merge(knownFromMs, knownToMs, nowMs);
        int foldedReplica = ranks.replica(ReplicaNames.FOLDED);
        folded.clear();
        seam.begin(ranks);
        if (foldsRight) {
            copyFolded(twins, twinCount, runs, foldedReplica, borderMs, true);
            append(shown, borderMs, Long.MAX_VALUE);
        } else {
            append(shown, Long.MIN_VALUE, borderMs - 1);
            copyFolded(twins, twinCount, runs, foldedReplica, borderMs, false);
        }
        seam.add(
                foldedReplica,
                folded.timeMs,
                folded.value,
                folded.hasHistograms ? folded.histogram : null,
                folded.count);
        for (int t = 0; t < twinCount; t++) {
            if (twins.get(t).replica != foldedReplica) {
                SampleRun part = outer(t);
                copy(runs.get(t), part, borderMs, foldsRight);
                seam.add(
                        twins.get(t).replica,
                        part.timeMs,
                        part.value,
                        part.hasHistograms ? part.histogram : null,
                        part.count);
            }
        }
        long fromMs = ReplicaWindow.startMs(right - DEPENDENT_BEFORE);
        long toMs = ReplicaWindow.startMs(left + DEPENDENT_BEHIND + 1) - 1;
        MergedSamples across = seam.merge(fromMs, toMs, nowMs);
        int first = firstFrom(shown, fromMs);
        if (firstFrom(shown, toMs + 1) - first != across.count) {
            return false;
        }
        for (int i = 0; i < across.count; i++) {
            if (shown.timeMs[first + i] != across.timeMs[i] || !sameValue(shown, first + i, across, i)) {
                return false;
            }
        }
        return !counter || sameResets(shown, first, across, borderMs, foldsRight);
    }

    private SampleRun outer(int twin) {
        while (outer.size() <= twin) {
            outer.add(new SampleRun());
        }
        outer.get(twin).clear();
        return outer.get(twin);
    }

    /** A neighbour that is folded already goes on where this block ends. */
    private void copyFolded(
            List<TwinChunks> twins,
            int twinCount,
            List<SampleRun> runs,
            int foldedReplica,
            long borderMs,
            boolean before) {
        for (int t = 0; t < twinCount; t++) {
            if (twins.get(t).replica == foldedReplica) {
                copy(runs.get(t), folded, borderMs, before);
            }
        }
    }

    private static void copy(SampleRun from, SampleRun into, long borderMs, boolean before) {
        into.room(from.count);
        for (int i = 0; i < from.count; i++) {
            if (from.timeMs[i] < borderMs == before) {
                into.add(from, i);
            }
        }
    }

    private void append(MergedSamples shown, long fromMs, long toMs) {
        folded.room(shown.count);
        for (int i = 0; i < shown.count; i++) {
            if (shown.timeMs[i] >= fromMs && shown.timeMs[i] <= toMs) {
                folded.timeMs[folded.count] = shown.timeMs[i];
                folded.value[folded.count] = shown.value[i];
                folded.histogram[folded.count] = shown.hasHistograms ? shown.histogram[i] : null;
                folded.hasHistograms |= folded.histogram[folded.count] != null;
                folded.count++;
            }
        }
    }

    private static int firstFrom(MergedSamples samples, long timeMs) {
        int i = 0;
        while (i < samples.count && samples.timeMs[i] < timeMs) {
            i++;
        }
        return i;
    }

    /** Up to the sample behind the border, or from it on; on the folded side falls were looked for by the fold itself. */
    private static boolean sameResets(
            MergedSamples shown, int first, MergedSamples across, long borderMs, boolean foldsRight) {
        int border = firstFrom(across, borderMs);
        int from = foldsRight ? 1 : Math.max(1, border);
        int to = foldsRight ? Math.min(across.count, border + 1) : across.count;
        for (int i = from; i < to; i++) {
            if (isReset(shown, first + i) != isReset(across, i)) {
                return false;
            }
        }
        return true;
    }

    private static boolean sameValue(MergedSamples a, int i, MergedSamples b, int j) {
        Histogram one = a.hasHistograms ? a.histogram[i] : null;
        Histogram other = b.hasHistograms ? b.histogram[j] : null;
        return one == null || other == null
                ? one == other && Double.doubleToRawLongBits(a.value[i]) == Double.doubleToRawLongBits(b.value[j])
                : one.sameAs(other);
    }

    /** Whether {@code rate} sees a reset between a sample and the one before. */
    private static boolean isReset(MergedSamples samples, int i) {
        for (int c = 0; c < samples.changeCount; c++) {
            if (samples.changeAt[c] == i) {
                return samples.changeReset[c];
            }
        }
        int before = i - 1;
        while (before >= 0 && isMarker(samples, before)) {
            before--;
        }
        boolean floats = before >= 0 && !isHistogram(samples, before) && !isHistogram(samples, i);
        return floats && samples.value[i] < samples.value[before];
    }

    private static boolean isHistogram(MergedSamples samples, int i) {
        return samples.hasHistograms && samples.histogram[i] != null;
    }

    private static boolean isMarker(MergedSamples samples, int i) {
        return !isHistogram(samples, i) && StaleMarker.is(samples.value[i]);
    }
}
