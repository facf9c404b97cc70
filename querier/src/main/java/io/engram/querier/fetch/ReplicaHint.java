package io.engram.querier.fetch;

import io.engram.model.labels.Label;
import io.engram.model.labels.Matcher;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Finds pairs of senders that nobody said are pairs: many setups of Prometheus tell replicas apart by an external label
 * {@code replica}, which is also a label that applications use, and so no replica label by default.
 */
final class ReplicaHint {
    private static final String LABEL = "replica";
    private static final String TEXT =
            "series differ in nothing but the label replica: if the servers of an HA pair send them, add it to"
                    + " limits.replica-labels, or ask with replicaLabels[]=replica";

    private ReplicaHint() {}

    /** What to tell the user. An external label is on all series of a sender: it is told where all have a twin. */
    static List<String> of(JoinedSeries joined, List<Matcher> matchers, ReplicaRule rule) {
        if (!rule.merges()
                || rule.isReplica(LABEL)
                || matchers.stream().anyMatch(matcher -> matcher.name().equals(LABEL))
                || !hasTwoValues(joined)) {
            return List.of();
        }
        ReplicaIds byLabel = ReplicaIds.of(joined, rule.withLabels(List.of(LABEL)));
        TwinGroups groups = TwinGroups.of(joined, byLabel);
        return 2 * groups.size() <= joined.size() ? List.of(TEXT) : List.of();
    }

    private static boolean hasTwoValues(JoinedSeries joined) {
        Set<String> values = new HashSet<>();
        for (int source = 0; source < joined.sources(); source++) {
            for (Label pair : joined.table(source).dictionary()) {
                if (pair.name().equals(LABEL)) {
                    values.add(pair.value());
                }
            }
        }
        return values.size() > 1;
    }
}
