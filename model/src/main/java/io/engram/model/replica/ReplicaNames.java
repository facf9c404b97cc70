package io.engram.model.replica;

import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import java.util.List;

/** By which names a series stands in an {@link ActivityTable}. Everybody who looks one up must ask here. */
public final class ReplicaNames {
    /** Where a series that was folded from twins counts: before all of them. */
    public static final String FOLDED = "";

    private ReplicaNames() {}

    /**
     * Which replica a series came from: the value of its replica label, or the values of all of them in the order of the
     * labels, with commas between.
     *
     * @param replicaLabels names, as {@code limits.replica-labels} has them
     * @return null where the series has none
     */
    public static String replica(Labels series, List<String> replicaLabels) {
        String name = null;
        for (int i = 0; i < series.size(); i++) {
            Label label = series.at(i);
            if (replicaLabels.contains(label.name())) {
                name = join(name, label.value());
            }
        }
        return name;
    }

    /** The name so far, which is null at first, with the value of one more replica label. */
    public static String join(String name, String value) {
        return name == null ? value : name + ',' + value;
    }
}
