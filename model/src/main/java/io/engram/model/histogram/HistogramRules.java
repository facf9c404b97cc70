package io.engram.model.histogram;

import static io.engram.model.histogram.Histogram.CUSTOM_SCHEMA;
import static io.engram.model.histogram.Histogram.MAX_SCHEMA;
import static io.engram.model.histogram.Histogram.MIN_SCHEMA;

/** What is done to a histogram before it is stored. The rules and texts are those of Prometheus' write handler. */
public final class HistogramRules {
    /** What a histogram may have where the tenant has no limit: enough for any real one, and it bounds memory and records. */
    public static final int MOST_BUCKETS = 1 << 16;

    /** Newer senders may use schemas up to this; they are understood, and reduced. */
    private static final int MAX_KNOWN_SCHEMA = 52;

    private HistogramRules() {}

    /**
     * The histogram as it is stored: itself most often, else one with schema {@link Histogram#MAX_SCHEMA} where it came
     * finer, or with fewer spans where it had more of them than buckets.
     *
     * @throws InvalidHistogram where it contradicts itself
     */
    public static Histogram admit(Histogram h) throws InvalidHistogram {
        Histogram known =
                h.schema() > MAX_SCHEMA && h.schema() <= MAX_KNOWN_SCHEMA ? Resolution.reduce(h, MAX_SCHEMA) : h;
        HistogramCheck.check(known);
        return known.positiveSpans().length + known.negativeSpans().length > 2 * known.bucketCount()
                ? withFewestSpans(known)
                : known;
    }

    private static Histogram withFewestSpans(Histogram h) {
        return new Histogram(
                h.resetHint(),
                h.schema(),
                h.zeroThreshold(),
                h.sum(),
                h.counts(),
                fewest(h.positiveSpans()),
                fewest(h.negativeSpans()),
                h.customBounds());
    }

    private static int[] fewest(int[] spans) {
        Spans fewest = new Spans();
        BucketIndexes indexes = new BucketIndexes(spans);
        while (indexes.next()) {
            fewest.add(indexes.index());
        }
        return fewest.toArray();
    }

    /**
     * Lowers the resolution step by step until there are at most {@code maxBuckets} buckets.
     *
     * @param h {@linkplain #admit admitted}
     * @param maxBuckets the tenant's limit; 0, and what is above, stands for {@link #MOST_BUCKETS}
     * @return null where that cannot be: it has custom bounds, or too many buckets even with schema
     *     {@link Histogram#MIN_SCHEMA}; also where it has more than {@link #MOST_BUCKETS} bounds
     * @throws InvalidHistogram where a joined bucket counts beyond 2⁶³
     */
    public static Histogram limitBuckets(Histogram h, int maxBuckets) throws InvalidHistogram {
        int most = maxBuckets == 0 ? MOST_BUCKETS : Math.min(maxBuckets, MOST_BUCKETS);
        Histogram limited = h;
        if (h.customBounds().length > MOST_BUCKETS) {
            return null;
        }
        while (limited.bucketCount() > most) {
            if (limited.schema() == CUSTOM_SCHEMA || limited.schema() <= MIN_SCHEMA) {
                return null;
            }
            limited = Resolution.reduce(limited, limited.schema() - 1);
        }
        return limited;
    }
}
