package io.engram.tsdb.replica;

import io.engram.model.histogram.Histogram.FloatCounts;
import io.engram.model.histogram.Histogram.IntegerCounts;

/**
 * Whether twins look alike: at least nine tenths of the samples lie within the range of the other's neighbours, that is of
 * its last sample before, its first one behind and those of about the same time. Prometheus servers that share a replica label but
 * scrape other targets fail it. Of a histogram, its count of observations is compared.
 *
 * @param judged samples for which the other twin has both neighbours, without a hole between them
 * @param within those of them that lie within the neighbours' range
 */
public record Likeness(long judged, long within) {
    /** Nothing is known: nothing speaks against them. */
    public static final Likeness NONE = new Likeness(0, 0);

    /**
     * A tenth of an interval: clocks of replicas differ by some hundred milliseconds, and of two scrapes so close together
     * nobody knows which was first.
     */
    private static final int SAME_TIME_PART = 10;

    public Likeness plus(Likeness other) {
        return new Likeness(judged + other.judged, within + other.within);
    }

    /** Whether they may be folded. */
    public boolean alike() {
        return 10 * within >= 9 * judged;
    }

    /** The part that lies within, 1 where nothing was judged. */
    public double share() {
        return judged == 0 ? 1 : (double) within / judged;
    }

    static Likeness of(Twin twin, Twin other, UsualInterval interval) {
        long judged = 0;
        long within = 0;
        int behind = 0;
        for (int i = 0; i < twin.count; i++) {
            long timeMs = twin.timeMs[i];
            long intervalMs = interval.at(timeMs);
            long sameMs = intervalMs / SAME_TIME_PART;
            while (behind < other.count && other.timeMs[behind] <= timeMs + sameMs) {
                behind++;
            }
            int before = behind - 1;
            while (before >= 0 && other.timeMs[before] >= timeMs - sameMs) {
                before--;
            }
            if (before < 0
                    || behind == other.count
                    || UsualInterval.isHole(
                            (other.timeMs[behind] - other.timeMs[before]) / (behind - before), intervalMs)) {
                continue;
            }
            judged++;
            within += lies(number(twin, i), other, before, behind) ? 1 : 0;
        }
        return new Likeness(judged, within);
    }

    private static boolean lies(double number, Twin other, int from, int to) {
        double least = Double.POSITIVE_INFINITY;
        double most = Double.NEGATIVE_INFINITY;
        boolean nan = false;
        for (int k = from; k <= to; k++) {
            double neighbour = number(other, k);
            nan |= Double.isNaN(neighbour);
            least = neighbour < least ? neighbour : least;
            most = neighbour > most ? neighbour : most;
        }
        return Double.isNaN(number) ? nan : least <= number && number <= most;
    }

    private static double number(Twin twin, int i) {
        if (twin.isFloat(i)) {
            return twin.value[i];
        }
        return switch (twin.histogram[i].counts()) {
            case IntegerCounts c -> c.count();
            case FloatCounts c -> c.count();
        };
    }
}
