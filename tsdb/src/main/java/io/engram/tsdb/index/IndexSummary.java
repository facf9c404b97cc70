package io.engram.tsdb.index;

import io.engram.model.cardinality.HeadCardinality;
import io.engram.model.labels.Label;
import java.util.Arrays;
import java.util.function.IntBinaryOperator;

/** One walk over all pairs that finds the largest of everything that {@code status/tsdb} shows. */
final class IndexSummary {
    private final int limit;
    private final Snapshot at;
    private final LargestIds metrics;
    private final LargestIds pairs;

    IndexSummary(int limit, Snapshot at) {
        this.limit = limit;
        this.at = at;
        this.metrics = new LargestIds(limit, at::compareValues);
        this.pairs = new LargestIds(limit, this::comparePairs);
    }

    HeadCardinality make() {
        int names = at.pairs().nameCount();
        long[] values = new long[names];
        long[] bytes = new long[names];
        NameEntry metricName = at.pairs().name(Label.METRIC_NAME);
        int metric = metricName == null ? -1 : metricName.number;
        int pairLimit = at.pairs().limit();
        long pairCount = 0;
        for (int pair = 0; pair < pairLimit; pair++) {
            int series = at.postings().cardinality(pair);
            int name = at.pairs().nameNumber(pair);
            if (series > 0 && name < names) { // a name that came meanwhile is not in this view
                pairCount++;
                values[name]++;
                bytes[name] += (long) at.valueLength(pair) * series;
                pairs.offer(pair, series);
                if (name == metric) {
                    metrics.offer(pair, series);
                }
            }
        }
        return new HeadCardinality(
                at.limit() - at.absent().getLongCardinality(),
                pairCount,
                0,
                Long.MAX_VALUE,
                Long.MIN_VALUE,
                metrics.take(at.pairs()::value),
                largestNames(values).take(this::name),
                largestNames(bytes).take(this::name),
                pairs.take(this::pair));
    }

    private LargestIds largestNames(long[] counts) {
        IntBinaryOperator byName =
                (a, b) -> compareNames(at.pairs().name(a), at.pairs().name(b));
        var largest = new LargestIds(limit, byName);
        for (int name = 0; name < counts.length; name++) {
            if (counts[name] > 0) {
                largest.offer(name, counts[name]);
            }
        }
        return largest;
    }

    private int comparePairs(int a, int b) {
        int nameA = at.pairs().nameNumber(a);
        int nameB = at.pairs().nameNumber(b);
        return nameA == nameB
                ? at.compareValues(a, b)
                : compareNames(at.pairs().name(nameA), at.pairs().name(nameB));
    }

    private static int compareNames(NameEntry a, NameEntry b) {
        return Arrays.compareUnsigned(a.name, b.name);
    }

    private String name(int number) {
        return at.pairs().name(number).text();
    }

    private String pair(int pairId) {
        Label label = at.pairs().label(pairId);
        return label.name() + "=" + label.value();
    }
}
