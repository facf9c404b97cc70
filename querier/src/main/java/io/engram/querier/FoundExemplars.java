package io.engram.querier;

import io.engram.model.labels.Labels;
import io.engram.model.read.Exemplar;
import io.engram.model.read.SeriesExemplars;
import io.engram.querier.fetch.ReplicaRule;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * The exemplars of series, from several sources: each once. Replicas of a server see the same exemplars, and stamp those
 * that have no time with that of their scrape: of replicas' exemplars with the same labels and value the earliest stays.
 */
final class FoundExemplars {
    private static final Comparator<Exemplar> BY_TIME =
            Comparator.comparingLong(Exemplar::timestampMs).thenComparingDouble(Exemplar::value);

    private final Map<Labels, Set<Exemplar>> found = new TreeMap<>();
    private final Set<Labels> ofReplicas = new HashSet<>();

    private record Observation(Labels labels, double value) {}

    void add(List<SeriesExemplars> more, ReplicaRule replicas) {
        for (SeriesExemplars series : more) {
            Labels shown = replicas.shown(series.series());
            if (shown.size() < series.series().size()) {
                ofReplicas.add(shown);
            }
            found.computeIfAbsent(shown, _ -> new LinkedHashSet<>()).addAll(series.exemplars());
        }
    }

    /** Sorted by labels, each series' exemplars by time. */
    Map<Labels, List<Exemplar>> bySeries() {
        Map<Labels, List<Exemplar>> sorted = new TreeMap<>();
        found.forEach((series, exemplars) -> {
            List<Exemplar> byTime = new ArrayList<>(exemplars);
            byTime.sort(BY_TIME);
            if (ofReplicas.contains(series)) {
                Set<Observation> seen = new HashSet<>();
                byTime.removeIf(exemplar -> !exemplar.labels().isEmpty()
                        && !seen.add(new Observation(exemplar.labels(), exemplar.value())));
            }
            sorted.put(series, byTime);
        });
        return sorted;
    }
}
