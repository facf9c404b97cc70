package io.engram.querier.fetch;

import io.engram.model.labels.Labels;
import io.engram.model.labels.Matcher;
import io.engram.model.limits.Limits;
import io.engram.model.replica.ReplicaNames;
import java.util.List;

/**
 * Which series count as replicas of one another: those that differ in nothing but these labels. They are answered as one
 * series without the labels, unless a matcher names one of them: then the series are wanted as they are stored.
 *
 * @param labels names of replica labels; none where all series are answered as they are stored
 * @param clusterLabel the label whose values tell pairs of replicas apart
 * @param counted whether ingesters count what replicas send by these labels ({@link ReplicaNames}); else, replicas are
 *     ranked by name
 */
public record ReplicaRule(List<String> labels, String clusterLabel, boolean counted) {
    public static final ReplicaRule AS_STORED = new ReplicaRule(List.of(), "", false);

    public ReplicaRule {
        labels = List.copyOf(labels);
    }

    /** What a tenant's limits say. */
    public static ReplicaRule of(Limits limits) {
        return new ReplicaRule(limits.replicaLabels(), limits.haClusterLabel(), true);
    }

    /** The same with other replica labels. */
    public ReplicaRule withLabels(List<String> others) {
        boolean same = labels.containsAll(others) && others.containsAll(labels);
        return new ReplicaRule(others, clusterLabel, counted && same);
    }

    /** The labels under which a series is answered. */
    public Labels shown(Labels stored) {
        return merges() ? stored.filter(name -> !isReplica(name)) : stored;
    }

    /** The rule for a selector: this, or {@link #AS_STORED} where one of the matchers names a replica label. */
    public ReplicaRule forSelector(List<Matcher> matchers) {
        return matchers.stream().anyMatch(matcher -> isReplica(matcher.name())) ? AS_STORED : this;
    }

    /** Whether a label tells replicas apart. */
    public boolean isReplica(String label) {
        return labels.contains(label);
    }

    /** Whether there are any replica labels. */
    public boolean merges() {
        return !labels.isEmpty();
    }
}
