package io.engram.distributor.limits;

import io.engram.model.TenantId;
import io.engram.model.limits.TenantUsage;
import io.engram.proto.Usage;
import io.engram.ring.Instance;
import io.engram.ring.RingReads;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.ToLongFunction;

/**
 * What tenants have on all ingesters of the ring: what each counts, added up, and divided by the copies there are of each
 * series. Safe for many threads.
 */
public final class RingUsage implements Usage {
    private final RingReads reads;
    private final Function<Instance, ? extends Usage> usages;

    /** @param usages the way to an instance */
    public RingUsage(RingReads reads, Function<Instance, ? extends Usage> usages) {
        this.reads = reads;
        this.usages = usages;
    }

    @Override
    public TenantUsage usage(TenantId tenant) {
        RingReads.Answers<TenantUsage> answers =
                reads.ask(tenant, instance -> usages.apply(instance).usage(tenant), _ -> {});
        Map<String, Long> biggest = new HashMap<>();
        for (TenantUsage usage : answers.values()) {
            if (!usage.biggestMetric().isEmpty()) {
                biggest.merge(usage.biggestMetric(), usage.biggestMetricSeries(), Long::sum);
            }
        }
        var metric = biggest.entrySet().stream()
                .max(Map.Entry.<String, Long>comparingByValue().thenComparing(Map.Entry.comparingByKey()));
        // New series spread evenly: the ingester with the least room decides for all.
        long leastRoom = answers.values().stream()
                .mapToLong(TenantUsage::instanceRoom)
                .min()
                .orElse(0);
        return new TenantUsage(
                sum(answers, TenantUsage::series),
                budgets(answers),
                metric.map(Map.Entry::getKey).orElse(""),
                answers.distinct(metric.map(Map.Entry::getValue).orElse(0L)),
                sum(answers, TenantUsage::exemplars),
                sum(answers, TenantUsage::metadataMetrics),
                sum(answers, TenantUsage::instanceSeries),
                (long) (leastRoom * (answers.all().size() / answers.copiesEach())));
    }

    private static List<Integer> budgets(RingReads.Answers<TenantUsage> answers) {
        // An ingester that has not seen a change of the limits yet may have a shorter list.
        int size = answers.values().stream()
                .mapToInt(usage -> usage.budgetSeries().size())
                .max()
                .orElse(0);
        List<Integer> all = new ArrayList<>(size);
        for (int i = 0; i < size; i++) {
            int budget = i;
            all.add((int) sum(
                    answers,
                    usage -> budget < usage.budgetSeries().size()
                            ? usage.budgetSeries().get(budget)
                            : 0));
        }
        return all;
    }

    private static long sum(RingReads.Answers<TenantUsage> answers, ToLongFunction<TenantUsage> count) {
        return answers.distinct(answers.values().stream().mapToLong(count).sum());
    }

    @Override
    public long seriesOfMetric(TenantId tenant, String metric) {
        RingReads.Answers<Long> answers =
                reads.ask(tenant, instance -> usages.apply(instance).seriesOfMetric(tenant, metric), _ -> {});
        return answers.distinct(
                answers.values().stream().mapToLong(Long::longValue).sum());
    }
}
