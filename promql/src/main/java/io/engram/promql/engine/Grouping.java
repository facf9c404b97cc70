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

    /** A hash of the labels that {@link #of} gives. */
    int hashOf(Labels labels) {
        int hash = 1;
        for (int i = 0; i < labels.size(); i++) {
            Label label = labels.at(i);
            if (named(label.name()) == keeps) {
                hash = 31 * hash + label.name().hashCode() * 17 + label.value().hashCode();
            }
        }
        hash *= 0x9e3779b9;
        return hash ^ (hash >>> 16);
    }

    /** Whether {@link #of} gives {@code group} for {@code labels}. */
    boolean matches(Labels labels, Labels group) {
        int at = 0;
        for (int i = 0; i < labels.size(); i++) {
            Label label = labels.at(i);
            if (named(label.name()) == keeps) {
                if (at == group.size() || (label != group.at(at) && !label.equals(group.at(at)))) {
                    return false;
                }
                at++;
            }
        }
        return at == group.size();
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
