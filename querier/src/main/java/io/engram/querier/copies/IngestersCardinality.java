package io.engram.querier.copies;

import io.engram.model.TenantId;
import io.engram.model.cardinality.Count;
import io.engram.model.cardinality.HeadCardinality;
import io.engram.model.cardinality.NamesCardinality;
import io.engram.model.cardinality.ValuesCardinality;
import io.engram.proto.Cardinality;
import io.engram.ring.Instance;
import io.engram.ring.RingReads;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * Counts the series of all ingesters on the ring. What each counts is added up and divided by the copies there are of each
 * series: exact where every ingester has everything, and as even as the ring is where they share. Of distinct names and
 * values that is the most there can be, for one value may be on more ingesters than a series is. Safe for many threads.
 */
public final class IngestersCardinality implements Cardinality {
    /** So many times what is asked for is asked of each ingester: what is in front in all may be behind in one. */
    private static final int SPARE = 5;

    private final RingReads reads;
    private final Function<Instance, ? extends Cardinality> cardinalities;

    /** @param cardinalities the way to an instance */
    public IngestersCardinality(RingReads reads, Function<Instance, ? extends Cardinality> cardinalities) {
        this.reads = reads;
        this.cardinalities = cardinalities;
    }

    private <T> RingReads.Answers<T> ask(TenantId tenant, Function<Cardinality, T> question) {
        return reads.ask(tenant, instance -> question.apply(cardinalities.apply(instance)), _ -> {});
    }

    private static int spare(int limit) {
        return (int) Math.min(Integer.MAX_VALUE, (long) SPARE * limit);
    }

    private static <T> long sum(RingReads.Answers<T> answers, ToLongFunction<T> count) {
        return answers.distinct(answers.values().stream().mapToLong(count).sum());
    }

    private static <T> long most(RingReads.Answers<T> answers, ToLongFunction<T> count) {
        return answers.values().stream().mapToLong(count).max().orElse(0);
    }

    /** Of things that one ingester may have as many of as all together. */
    private static <T> long distinct(RingReads.Answers<T> answers, ToLongFunction<T> count) {
        return Math.max(sum(answers, count), most(answers, count));
    }

    @Override
    public long series(Query query) {
        return sum(ask(query.tenant(), each -> each.series(query)), Long::longValue);
    }

    @Override
    public NamesCardinality names(Query query, int limit) {
        var answers = ask(query.tenant(), each -> each.names(query, spare(limit)));
        return new NamesCardinality(
                most(answers, NamesCardinality::names),
                distinct(answers, NamesCardinality::values),
                Counts.merge(answers, NamesCardinality::top, true, limit));
    }

    @Override
    public List<ValuesCardinality> values(List<String> names, Query query, int limit) {
        var answers = ask(query.tenant(), each -> each.values(names, query, spare(limit)));
        List<ValuesCardinality> all = new ArrayList<>(names.size());
        for (int i = 0; i < names.size(); i++) {
            int name = i;
            all.add(new ValuesCardinality(
                    names.get(i),
                    distinct(answers, each -> each.get(name).values()),
                    sum(answers, each -> each.get(name).series()),
                    Counts.merge(answers, each -> each.get(name).top(), false, limit)));
        }
        return all;
    }

    @Override
    public HeadCardinality head(TenantId tenant, int limit) {
        var answers = ask(tenant, each -> each.head(tenant, spare(limit)));
        Function<Function<HeadCardinality, List<Count>>, List<Count>> sums =
                list -> Counts.merge(answers, list, false, limit);
        return new HeadCardinality(
                sum(answers, HeadCardinality::series),
                distinct(answers, HeadCardinality::pairs),
                sum(answers, HeadCardinality::chunks),
                answers.values().stream()
                        .mapToLong(HeadCardinality::minTimeMs)
                        .min()
                        .orElse(Long.MAX_VALUE),
                answers.values().stream()
                        .mapToLong(HeadCardinality::maxTimeMs)
                        .max()
                        .orElse(Long.MIN_VALUE),
                sums.apply(HeadCardinality::seriesByMetric),
                Counts.merge(answers, HeadCardinality::valuesByName, true, limit),
                sums.apply(HeadCardinality::valueBytesByName),
                sums.apply(HeadCardinality::seriesByPair));
    }

    @Override
    public SeriesLabels labels(Query query) {
        var found = reads.ask(
                query.tenant(), instance -> cardinalities.apply(instance).labels(query), SeriesLabels::close);
        return new DistinctLabels(found, reads.patience());
    }
}
