package io.engram.promql.engine;

import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import java.util.Arrays;
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
        int size = series.size();
        if (grouping.keepsNothing()) {
            return new Groups(size == 0 ? new Labels[0] : new Labels[] {Labels.EMPTY}, new int[size]);
        }
        String only = grouping.onlyName();
        return only != null ? byLabel(series, only) : byLabels(series, grouping);
    }

    /** Looks up the one label itself: no label set is made but that of each group. */
    private static Groups byLabel(SeriesSet series, String name) {
        Map<Label, Integer> indexOf = new HashMap<>();
        Collector collector = new Collector(series.size());
        int ofNone = -1;
        int place = 0;
        Label lastLabel = null;
        int lastIndex = -1;
        for (int i = 0; i < series.size(); i++) {
            Labels labels = series.labels()[i];
            // Series of a metric mostly have the label at the same place.
            Label label = place < labels.size() && labels.at(place).name().equals(name) ? labels.at(place) : null;
            for (int j = 0; label == null && j < labels.size(); j++) {
                if (labels.at(j).name().equals(name)) {
                    label = labels.at(j);
                    place = j;
                }
            }
            if (label == null) {
                ofNone = ofNone >= 0 ? ofNone : collector.add(Labels.EMPTY);
                collector.ofSeries[i] = ofNone;
                continue;
            }
            if (label != lastLabel) {
                Integer index = indexOf.get(label);
                if (index == null) {
                    index = collector.add(Labels.ofSorted(new Label[] {label}));
                    indexOf.put(label, index);
                }
                lastLabel = label;
                lastIndex = index;
            }
            collector.ofSeries[i] = lastIndex;
        }
        return collector.groups();
    }

    private static Groups byLabels(SeriesSet series, Grouping grouping) {
        Collector collector = new Collector(series.size());
        Table table = new Table(grouping, collector);
        for (int i = 0; i < series.size(); i++) {
            collector.ofSeries[i] = table.groupOf(series.labels()[i]);
        }
        return collector.groups();
    }

    /** Finds groups by the labels that count where these stand, so that a label set is made once per group only. */
    private static final class Table {
        private final Grouping grouping;
        private final Collector collector;
        // Open addressing, at most half full: a group's index plus 1, or 0, and the group's hash.
        private int[] slots = new int[64];
        private int[] hashes = new int[64];
        // Of the series at hand.
        private Label[] kept = new Label[16];

        Table(Grouping grouping, Collector collector) {
            this.grouping = grouping;
            this.collector = collector;
        }

        int groupOf(Labels labels) {
            if (kept.length < labels.size()) {
                kept = new Label[labels.size()];
            }
            int n = grouping.select(labels, kept);
            int hash = hash(n);
            int slot = hash & (slots.length - 1);
            while (slots[slot] != 0) {
                int group = slots[slot] - 1;
                if (hashes[slot] == hash && isKept(n, collector.labels[group])) {
                    return group;
                }
                slot = (slot + 1) & (slots.length - 1);
            }
            int group = collector.add(Labels.ofSorted(Arrays.copyOf(kept, n)));
            slots[slot] = group + 1;
            hashes[slot] = hash;
            if (2 * collector.count > slots.length) {
                grow();
            }
            return group;
        }

        private int hash(int n) {
            int hash = 1;
            for (int i = 0; i < n; i++) {
                hash = 31 * (31 * hash + kept[i].name().hashCode())
                        + kept[i].value().hashCode();
            }
            hash *= 0x9e3779b9;
            return hash ^ (hash >>> 16);
        }

        private boolean isKept(int n, Labels group) {
            if (group.size() != n) {
                return false;
            }
            for (int i = 0; i < n; i++) {
                if (kept[i] != group.at(i) && !kept[i].equals(group.at(i))) {
                    return false;
                }
            }
            return true;
        }

        private void grow() {
            int[] oldSlots = slots;
            int[] oldHashes = hashes;
            slots = new int[4 * oldSlots.length];
            hashes = new int[slots.length];
            for (int old = 0; old < oldSlots.length; old++) {
                if (oldSlots[old] != 0) {
                    int slot = oldHashes[old] & (slots.length - 1);
                    while (slots[slot] != 0) {
                        slot = (slot + 1) & (slots.length - 1);
                    }
                    slots[slot] = oldSlots[old];
                    hashes[slot] = oldHashes[old];
                }
            }
        }
    }

    private static final class Collector {
        private final int[] ofSeries;
        private Labels[] labels = new Labels[16];
        private int count;

        Collector(int series) {
            ofSeries = new int[series];
        }

        int add(Labels group) {
            if (count == labels.length) {
                labels = Arrays.copyOf(labels, 2 * count);
            }
            labels[count] = group;
            return count++;
        }

        Groups groups() {
            return new Groups(Arrays.copyOf(labels, count), ofSeries);
        }
    }

    int count() {
        return labels.length;
    }
}
