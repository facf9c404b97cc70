package io.engram.distributor;

import io.engram.model.failure.ErrorId;
import io.engram.model.histogram.Histogram;
import io.engram.model.histogram.HistogramRules;
import io.engram.model.histogram.InvalidHistogram;
import io.engram.model.limits.Limits;

/** What becomes of a native histogram at the door. */
sealed interface HistogramAdmission {
    /** It is stored, with fewer buckets than it came with where the tenant may not have as many. */
    record Taken(Histogram value) implements HistogramAdmission {}

    /** @param why what is wrong, as the end of a sentence about the histogram */
    record Refused(ErrorId id, String why) implements HistogramAdmission {}

    static HistogramAdmission of(Histogram sent, Limits limits) {
        try {
            Histogram valid = HistogramRules.admit(sent);
            Histogram limited = HistogramRules.limitBuckets(valid, limits.maxNativeHistogramBuckets());
            return limited == null ? tooMany(valid, limits) : new Taken(limited);
        } catch (InvalidHistogram e) {
            return new Refused(ErrorId.HISTOGRAM_INVALID, "contradicts itself: " + e.getMessage());
        }
    }

    private static Refused tooMany(Histogram histogram, Limits limits) {
        int limit = limits.maxNativeHistogramBuckets();
        return new Refused(
                ErrorId.HISTOGRAM_BUCKETS_TOO_MANY,
                "has " + histogram.bucketCount() + " buckets, more than it may have also in the lowest resolution ("
                        + (limit == 0 ? HistogramRules.MOST_BUCKETS : limit)
                        + ", limits.max-native-histogram-buckets)");
    }
}
