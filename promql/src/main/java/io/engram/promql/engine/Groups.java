package io.engram.promql.engine;

import io.engram.model.labels.Labels;
import java.util.HashMap;
import java.util.Map;

/**
 * Which group each series of a vector belongs to.
 *
 * @param labels of the groups, in the order in which they came up
 * @param ofSeries the index of a series' group
 */
record Groups(Labels[] labels, int[] ofSeries) {
    static Groups of(SeriesSet series, Grouping grouping) {
        Map<Labels, Integer> indexOf = new HashMap<>();
        int[] ofSeries = new int[series.size()];
        Labels[] labels = new Labels[16];
        for (int i = 0; i < ofSeries.length; i++) {
            Labels key = grouping.of(series.labels()[i]);
            Integer index = indexOf.putIfAbsent(key, indexOf.size());
            if (index == null) {
                int next = indexOf.size() - 1;
                if (next == labels.length) {
                    labels = java.util.Arrays.copyOf(labels, 2 * next);
                }
                labels[next] = key;
                index = next;
            }
            ofSeries[i] = index;
        }
        return new Groups(java.util.Arrays.copyOf(labels, indexOf.size()), ofSeries);
    }

    int count() {
        return labels.length;
    }
}
