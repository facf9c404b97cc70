package io.engram.tsdb.fold;

import io.engram.model.StaleMarker;
import io.engram.model.histogram.Histogram;
import io.engram.tsdb.block.SampleRun;
import io.engram.tsdb.replica.Likeness;

/**
 * What the twins of a series are like by themselves, to judge by how they differ.
 *
 * <p>Nine tenths of a counter's samples lie between those that the other replica scraped before and after it. Of a value that
 * jumps about from scrape to scrape two thirds do not, not even between its own: of three numbers at random the second is in
 * the middle one time in three. So twins look alike, too, where a sample lies between the other's neighbours nine tenths as
 * often as between its own. For one thread.
 */
final class OwnMeasure {
    private long judged;
    private long within;
    private long rises;
    private long falls;

    void clear() {
        judged = 0;
        within = 0;
        rises = 0;
        falls = 0;
    }

    void add(SampleRun run) {
        double before = Double.NaN;
        double last = Double.NaN;
        int known = 0; // samples before this one
        for (int i = 0; i < run.count; i++) {
            Histogram h = run.hasHistograms ? run.histogram[i] : null;
            if (h == null ? StaleMarker.is(run.value[i]) : h.isStale()) {
                continue;
            }
            double value = h == null ? run.value[i] : observations(h);
            if (known >= 2) {
                judged++;
                within += liesWithin(last, before, value) ? 1 : 0;
            }
            rises += known > 0 && value > last ? 1 : 0;
            falls += known > 0 && value < last ? 1 : 0;
            before = last;
            last = value;
            known++;
        }
    }

    static double observations(Histogram h) {
        return switch (h.counts()) {
            case Histogram.IntegerCounts counts -> counts.count();
            case Histogram.FloatCounts counts -> counts.count();
        };
    }

    private static boolean liesWithin(double value, double a, double b) {
        return Double.isNaN(value)
                ? Double.isNaN(a) || Double.isNaN(b)
                : Math.min(a, b) <= value && value <= Math.max(a, b);
    }

    /** Whether twins of this likeness are twins. */
    boolean alike(Likeness likeness) {
        if (likeness.alike() || judged == 0 || 10 * within >= 9 * judged) {
            return likeness.alike();
        }
        // Of few samples chance may put more or fewer in the middle: two standard deviations at most are a square root.
        double expected = 0.9 * within / judged * likeness.judged();
        return likeness.within() >= expected - Math.sqrt(likeness.judged());
    }

    /**
     * Whether readers may take a fall for a reset: it falls seldom. A gauge may look so as well, but a counter that is reset
     * no more often than every eighth time never looks like a gauge.
     */
    boolean looksLikeCounter() {
        return 8 * falls <= rises;
    }
}
