package io.engram.promql.engine;

import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;

/**
 * The series of a vector. Names are dropped late: a series whose name is to go keeps it, with a flag, until the query
 * ends or something looks at its name. Arrays are not changed once given.
 */
record SeriesSet(Labels[] labels, boolean[] dropName) {
    static final SeriesSet EMPTY = new SeriesSet(new Labels[0], new boolean[0]);

    static SeriesSet of(Labels labels) {
        return new SeriesSet(new Labels[] {labels}, new boolean[1]);
    }

    int size() {
        return labels.length;
    }

    /** The same series, their names to be dropped. */
    SeriesSet droppingNames() {
        return withDropName(true);
    }

    /** The same series with all flags set to {@code drops}: a name that is kept again comes back. */
    SeriesSet withDropName(boolean drops) {
        boolean[] all = new boolean[labels.length];
        java.util.Arrays.fill(all, drops);
        return new SeriesSet(labels, all);
    }

    /** Labels as the query's user sees them. */
    Labels visible(int series) {
        return dropName[series] ? withoutMetadata(labels[series]) : labels[series];
    }

    /** Without the name, the type and the unit: what says which metric it was. */
    static Labels withoutMetadata(Labels labels) {
        return labels.filter(
                name -> !name.equals(Label.METRIC_NAME) && !name.equals("__type__") && !name.equals("__unit__"));
    }
}
