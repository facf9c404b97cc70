package io.engram.querier.fetch;

import io.engram.model.TenantId;
import io.engram.model.labels.Labels;
import io.engram.model.labels.Matcher;
import io.engram.model.labels.Utf8Order;
import io.engram.proto.Select;
import io.engram.proto.SelectCursor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiFunction;

/**
 * Which series, label names and label values one tenant has, over all sources; no sample is read. Each question takes
 * several sets of matchers, and finds what passes any of them; no set at all means everything. Times are included. Series are shown without replica labels, but for what is found by matchers
 * that name one; the values of replica labels are there for whoever asks for them.
 */
public final class SeriesLookup {
    private final List<Select> sources;
    private final TenantId tenant;
    private final ReplicaRule replicas;
    private final FetchBudget budget;
    private final Set<String> infos = Collections.synchronizedSet(new LinkedHashSet<>());

    public SeriesLookup(List<Select> sources, TenantId tenant, ReplicaRule replicas, FetchBudget budget) {
        this.sources = List.copyOf(sources);
        this.tenant = tenant;
        this.replicas = replicas;
        this.budget = budget;
    }

    /** The series, sorted, each once. */
    public List<Labels> series(List<List<Matcher>> sets, long minTimeMs, long maxTimeMs) {
        List<Labels> found = new ArrayList<>();
        for (Select.Query query : queries(sets, minTimeMs, maxTimeMs)) {
            ReplicaRule rule = replicas.forSelector(query.matchers());
            for (Select source : sources) {
                try (SelectCursor cursor = source.select(query)) {
                    int size = cursor.series().size();
                    budget.addSeries(size);
                    for (int i = 0; i < size; i++) {
                        found.add(rule.shown(cursor.series().labels(i)));
                    }
                    infos.addAll(cursor.infos());
                }
            }
        }
        found.sort(null);
        return withoutRepeats(found);
    }

    /** What whoever asked should know of how it was found. */
    public List<String> infos() {
        synchronized (infos) {
            return List.copyOf(infos);
        }
    }

    /** Label names, sorted, each once. */
    public List<String> labelNames(List<List<Matcher>> sets, long minTimeMs, long maxTimeMs) {
        return strings(sets, minTimeMs, maxTimeMs, (source, query) -> {
            ReplicaRule rule = replicas.forSelector(query.matchers());
            List<String> names = source.labelNames(query, infos::add);
            return rule.merges()
                    ? names.stream().filter(name -> !rule.isReplica(name)).toList()
                    : names;
        });
    }

    /** The values of one label, sorted, each once. */
    public List<String> labelValues(String name, List<List<Matcher>> sets, long minTimeMs, long maxTimeMs) {
        return strings(sets, minTimeMs, maxTimeMs, (source, query) -> source.labelValues(name, query, infos::add));
    }

    private List<String> strings(
            List<List<Matcher>> sets,
            long minTimeMs,
            long maxTimeMs,
            BiFunction<Select, Select.Query, List<String>> question) {
        List<String> found = new ArrayList<>();
        for (Select.Query query : queries(sets, minTimeMs, maxTimeMs)) {
            for (Select source : sources) {
                found.addAll(question.apply(source, query));
            }
        }
        found.sort(Utf8Order::compare);
        return withoutRepeats(found);
    }

    private List<Select.Query> queries(List<List<Matcher>> sets, long minTimeMs, long maxTimeMs) {
        List<List<Matcher>> asked = sets.isEmpty() ? List.of(List.of()) : sets;
        return asked.stream()
                .map(matchers -> new Select.Query(tenant, matchers, minTimeMs, maxTimeMs))
                .toList();
    }

    /** Closes up a sorted list over what occurs again. */
    private static <T> List<T> withoutRepeats(List<T> sorted) {
        int kept = 0;
        for (int i = 0; i < sorted.size(); i++) {
            if (kept == 0 || !sorted.get(i).equals(sorted.get(kept - 1))) {
                sorted.set(kept++, sorted.get(i));
            }
        }
        return sorted.subList(0, kept);
    }
}
