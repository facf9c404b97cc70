package io.engram.promql.engine;

import io.engram.model.labels.Label;
import io.engram.model.labels.Labels;
import io.engram.model.labels.Utf8Order;
import java.util.List;

/** Keeps, or leaves out, named labels: {@code by} and {@code without}, {@code on} and {@code ignoring}. */
final class Grouping {
    private final String[] names;
    private final boolean keeps;

    private Grouping(List<String> names, boolean keeps) {
        this.names = names.stream().distinct().sorted(Utf8Order::compare).toArray(String[]::new);
        this.keeps = keeps;
    }

    static Grouping keeping(List<String> names) {
        return new Grouping(names, true);
    }

    /** Leaves out the metric name as well. */
    static Grouping leavingOut(List<String> names) {
        List<String> all = new java.util.ArrayList<>(names);
        all.add(Label.METRIC_NAME);
        return new Grouping(all, false);
    }

    /** Whether all series are one group. */
    boolean keepsNothing() {
        return keeps && names.length == 0;
    }

    /** The name of the one label that is kept, or null. */
    String onlyName() {
        return keeps && names.length == 1 ? names[0] : null;
    }

    Labels of(Labels labels) {
        if (keepsNothing()) {
            return Labels.EMPTY;
        }
        int size = labels.size();
        Label[] kept = new Label[size];
        int n = 0;
        for (int i = 0; i < size; i++) {
            Label label = labels.at(i);
            if (named(label.name()) == keeps) {
                kept[n++] = label;
            }
        }
        return n == size ? labels : Labels.ofSorted(java.util.Arrays.copyOf(kept, n));
    }

    /**
     * Writes the labels that {@link #of} gives to {@code kept}, which has room for all.
     *
     * @return how many they are
     */
    int select(Labels labels, Label[] kept) {
        int n = 0;
        for (int i = 0; i < labels.size(); i++) {
            Label label = labels.at(i);
            if (named(label.name()) == keeps) {
                kept[n++] = label;
            }
        }
        return n;
    }

    private boolean named(String name) {
        for (String one : names) {
            if (one.equals(name)) {
                return true;
            }
        }
        return false;
    }
}
