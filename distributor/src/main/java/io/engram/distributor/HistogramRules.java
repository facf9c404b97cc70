package io.engram.distributor;

import io.engram.model.failure.ErrorId;
import io.engram.model.histogram.Histogram;
import io.engram.model.limits.Limits;

/** Which native histograms are taken, and in which resolution. */
final class HistogramRules {
    private HistogramRules() {}

    /** What becomes of a histogram. */
    sealed interface Verdict permits Taken, Refusal {}

    /** It is stored, with fewer buckets than it came with where the tenant may not have as many. */
    record Taken(Histogram value) implements Verdict {}

    /** @param why what is wrong, as the end of a sentence about the histogram */
    record Refusal(ErrorId id, String why) implements Verdict {}

    static Verdict check(Histogram histogram, Limits limits) {
        return new Taken(histogram);
    }
}
