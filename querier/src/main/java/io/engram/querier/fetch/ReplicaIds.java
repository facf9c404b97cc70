package io.engram.querier.fetch;

import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import io.engram.model.read.SeriesTable;
import io.engram.model.replica.ReplicaNames;

/** Which ids in the dictionaries of joined tables stand for replica labels, so that series need no text. Immutable. */
final class ReplicaIds {
    private final boolean[][] isReplica; // by source and id
    private final boolean any;

    private ReplicaIds(boolean[][] isReplica, boolean any) {
        this.isReplica = isReplica;
        this.any = any;
    }

    static ReplicaIds of(JoinedSeries joined, ReplicaRule rule) {
        boolean[][] isReplica = new boolean[joined.sources()][];
        boolean any = false;
        for (int source = 0; source < isReplica.length; source++) {
            Label[] dictionary = joined.table(source).dictionary();
            isReplica[source] = new boolean[dictionary.length];
            for (int id = 0; id < dictionary.length; id++) {
                isReplica[source][id] = rule.isReplica(dictionary[id].name());
                any |= isReplica[source][id];
            }
        }
        return new ReplicaIds(isReplica, any);
    }

    /** Whether any series has a replica label. */
    boolean any() {
        return any;
    }

    boolean isReplica(int source, int id) {
        return isReplica[source][id];
    }

    /** The name of the replica that a series came from; {@link ReplicaNames#FOLDED} where it has none. */
    String replica(JoinedSeries joined, int series) {
        int copy = joined.firstCopy(series);
        int source = joined.source(copy);
        SeriesTable table = joined.table(source);
        int ordinal = joined.ordinal(copy);
        String name = null;
        for (int i = table.labelStart()[ordinal]; i < table.labelStart()[ordinal + 1]; i++) {
            int id = table.labelIds()[i];
            if (isReplica[source][id]) {
                name = ReplicaNames.join(name, table.dictionary()[id].value());
            }
        }
        return name == null ? ReplicaNames.FOLDED : name;
    }

    /** The labels of a series but for replica labels. */
    Labels shown(JoinedSeries joined, int series) {
        int copy = joined.firstCopy(series);
        int source = joined.source(copy);
        SeriesTable table = joined.table(source);
        int from = table.labelStart()[joined.ordinal(copy)];
        int to = table.labelStart()[joined.ordinal(copy) + 1];
        int shown = 0;
        for (int i = from; i < to; i++) {
            shown += isReplica[source][table.labelIds()[i]] ? 0 : 1;
        }
        Label[] labels = new Label[shown];
        int at = 0;
        for (int i = from; i < to; i++) {
            int id = table.labelIds()[i];
            if (!isReplica[source][id]) {
                labels[at++] = table.dictionary()[id];
            }
        }
        return Labels.ofSorted(labels);
    }
}
