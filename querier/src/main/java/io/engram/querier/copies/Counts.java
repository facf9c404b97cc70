package io.engram.querier.copies;

import io.engram.model.cardinality.Count;
import io.engram.ring.RingReads;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Makes one list out of the counts of ingesters that hold copies of the same. */
final class Counts {
    private static final Comparator<Count> MOST_FIRST =
            Comparator.comparingLong(Count::count).reversed().thenComparing(Count::name);

    private Counts() {}

    /** One name's count in all answers. */
    private static final class Total {
        long sum;
        long most;
    }

    /**
     * @param distinct whether what is counted may be the same things on several ingesters, as values of a label are, beyond
     *     the copies of series: then there are at least as many as one ingester has
     */
    static <T> List<Count> merge(
            RingReads.Answers<T> answers, Function<T, List<Count>> list, boolean distinct, int limit) {
        Map<String, Total> totals = new HashMap<>();
        for (T answer : answers.values()) {
            for (Count count : list.apply(answer)) {
                Total total = totals.computeIfAbsent(count.name(), _ -> new Total());
                total.sum += count.count();
                total.most = Math.max(total.most, count.count());
            }
        }
        return totals.entrySet().stream()
                .map(entry -> {
                    Total total = entry.getValue();
                    long all = answers.distinct(total.sum);
                    return new Count(entry.getKey(), distinct ? Math.max(all, total.most) : all);
                })
                .sorted(MOST_FIRST)
                .limit(limit)
                .toList();
    }
}
