package io.engram.tsdb.replica;

import io.engram.model.histogram.Histogram;
import io.engram.model.histogram.ResetHint;

/**
 * Merges the twins of a series into one. A pure function of the twins' samples, the ranks and now; reused from series to
 * series, without garbage but for the histograms at changes of twin. For one thread.
 *
 * <pre>
 * merge.begin(ranks);
 * merge.add(ranks.replica("a"), timeMs, value, null, count);   // for each twin, in any order
 * merge.add(ranks.replica("b"), ...);
 * MergedSamples shown = merge.merge(fromMs, toMs, nowMs);      // valid until the next begin
 * </pre>
 *
 * <ol>
 *   <li>Each twin's stale markers are set aside ({@code Twin}).
 *   <li>{@code HoleFill} chooses runs of samples: the leader's, and others' in its holes.
 *   <li>The runs are copied; at each change of twin, {@code CounterChange} says what a counter grew by.
 *   <li>{@code Staleness} says where the merged series has ended, and puts markers there.
 * </ol>
 *
 * <p>Samples of all twins must be there from {@link ReplicaWindow#readFromMs} to {@link ReplicaWindow#readToMs} of the range
 * that is asked for; then no sample of it depends on the range.
 */
public final class TwinMerge {
    private final TwinSet twins = new TwinSet();
    private final UsualInterval interval = new UsualInterval(twins);
    private final HoleFill holeFill = new HoleFill(twins, interval);
    private final Staleness staleness = new Staleness(twins, interval);
    private final CounterChange change = new CounterChange();
    private final MergedSamples merged = new MergedSamples();

    /** Begins a new series, and lets go of what the last one borrowed and gave out. */
    public void begin(Ranks ranks) {
        twins.release();
        merged.clear();
        twins.begin(ranks);
        interval.begin();
    }

    /**
     * Adds a twin. The arrays are borrowed until the next {@link #begin} and not written to.
     *
     * @param replica its number in the ranks, or -1 for one that is not ranked; of twins with the same, the first added wins
     * @param timeMs strictly rising
     * @param value of floats, stale markers among them; what it has beside histograms does not matter
     * @param histogram null, or with an element for each sample that is not a float
     */
    public void add(int replica, long[] timeMs, double[] value, Histogram[] histogram, int count) {
        twins.add().load(replica, timeMs, value, histogram, count);
    }

    /**
     * Merges what was added.
     *
     * @param fromMs the first time that is asked for, included
     * @param toMs the last one, included
     * @param nowMs a hole that no twin has closed yet lasts until now; not the end of the range
     */
    public MergedSamples merge(long fromMs, long toMs, long nowMs) {
        Runs runs = holeFill.choose(nowMs);
        merged.clear();
        copy(runs, fromMs, toMs);
        staleness.mark(merged, fromMs, toMs, nowMs);
        cut(fromMs, toMs);
        return merged;
    }

    /** Whether the twins look alike; what the least alike two of them say. */
    public Likeness likeness() {
        Likeness least = Likeness.NONE;
        for (int a = 0; a < twins.count; a++) {
            for (int b = a + 1; b < twins.count; b++) {
                Likeness both = Likeness.of(twins.get(a), twins.get(b), interval)
                        .plus(Likeness.of(twins.get(b), twins.get(a), interval));
                least = both.share() < least.share() ? both : least;
            }
        }
        return least;
    }

    /** Copies the samples from the last one before the range to the first one behind it. */
    private void copy(Runs runs, long fromMs, long toMs) {
        for (int t = 0; t < twins.count; t++) {
            merged.hasHistograms |= twins.get(t).histogram != null;
        }
        int firstRun = 0;
        while (firstRun + 1 < runs.count && firstMs(runs, firstRun + 1) < fromMs) {
            firstRun++;
        }
        for (int run = firstRun; run < runs.count; run++) {
            Twin twin = twins.get(runs.twin[run]);
            int from = run > firstRun
                    ? runs.from[run]
                    : Math.max(runs.from[run], Math.min(runs.to[run], twin.firstFrom(fromMs)) - 1);
            int to = Math.min(runs.to[run], Math.max(from, firstBehind(twin, toMs)) + 1);
            merged.room(merged.count + to - from);
            if (run > firstRun) {
                addChange(twin, from);
            }
            append(twin, from, to);
            if (to < runs.to[run] || twin.timeMs[to - 1] > toMs) {
                return;
            }
        }
    }

    private long firstMs(Runs runs, int run) {
        return twins.get(runs.twin[run]).timeMs[runs.from[run]];
    }

    private static int firstBehind(Twin twin, long timeMs) {
        return timeMs == Long.MAX_VALUE ? twin.count : twin.firstFrom(timeMs + 1);
    }

    private void append(Twin twin, int from, int to) {
        int at = merged.count;
        System.arraycopy(twin.timeMs, from, merged.timeMs, at, to - from);
        System.arraycopy(twin.value, from, merged.value, at, to - from);
        if (twin.histogram != null) {
            System.arraycopy(twin.histogram, from, merged.histogram, at, to - from);
        }
        merged.count += to - from;
        if (at > 0 && merged.hasHistograms && merged.histogram[at] != null) {
            merged.histogram[at] = unknownReset(merged.histogram[at]);
        }
    }

    /** A histogram knows whether it was reset since the one before of its own twin; that one was not shown. */
    private static Histogram unknownReset(Histogram h) {
        return switch (h.resetHint()) {
            case UNKNOWN, GAUGE -> h;
            case RESET, NOT_RESET ->
                new Histogram(
                        ResetHint.UNKNOWN,
                        h.schema(),
                        h.zeroThreshold(),
                        h.sum(),
                        h.counts(),
                        h.positiveSpans(),
                        h.negativeSpans(),
                        h.customBounds());
        };
    }

    private void addChange(Twin twin, int i) {
        int last = merged.count - 1;
        boolean floats = twin.isFloat(i) && !(merged.hasHistograms && merged.histogram[last] != null);
        if (floats) {
            change.measure(twin, i, merged.timeMs[last], merged.value[last], interval.at(twin.timeMs[i]));
        } else {
            change.none();
        }
        merged.addChange(merged.count, change.increase, change.reset);
        merged.undecidableDrops += change.undecidable ? 1 : 0;
        merged.deniedDrops += change.denied ? 1 : 0;
    }

    /** Leaves out the samples around the range, and counts the holes within. */
    private void cut(long fromMs, long toMs) {
        int from = merged.count > 0 && merged.timeMs[0] < fromMs ? 1 : 0;
        int to = merged.count > from && merged.timeMs[merged.count - 1] > toMs ? merged.count - 1 : merged.count;
        merged.keep(from, to);
        long certainMs = UsualInterval.longestStepMs(interval.least());
        for (int i = 1; i < merged.count; i++) {
            long stepMs = merged.timeMs[i] - merged.timeMs[i - 1];
            if (stepMs > certainMs && UsualInterval.isHole(stepMs, interval.at(merged.timeMs[i]))) {
                merged.holes++;
            }
        }
    }
}
