package io.engram.model.labels;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;

/** The labels of a series: sorted by name, names unique, no empty values. Immutable. */
public final class Labels implements Comparable<Labels> {
    public static final Labels EMPTY = new Labels(new Label[0]);

    private final Label[] pairs;
    private int hash;

    private Labels(Label[] pairs) {
        this.pairs = pairs;
    }

    /** Takes over {@code sorted}, which must be sorted by name, with unique names and no empty values. */
    public static Labels ofSorted(Label[] sorted) {
        return sorted.length == 0 ? EMPTY : new Labels(sorted);
    }

    /** From names and values in turn, in any order; empty values are left out. */
    public static Labels of(String... namesAndValues) {
        Map<String, String> map = new TreeMap<>(Utf8Order::compare);
        for (int i = 0; i < namesAndValues.length; i += 2) {
            map.put(namesAndValues[i], namesAndValues[i + 1]);
        }
        return of(map);
    }

    public static Labels of(Map<String, String> map) {
        List<Label> list = new ArrayList<>(map.size());
        map.forEach((name, value) -> {
            if (!value.isEmpty()) {
                list.add(new Label(name, value));
            }
        });
        list.sort((a, b) -> Utf8Order.compare(a.name(), b.name()));
        return ofSorted(list.toArray(Label[]::new));
    }

    public int size() {
        return pairs.length;
    }

    public boolean isEmpty() {
        return pairs.length == 0;
    }

    public Label at(int index) {
        return pairs[index];
    }

    /** The value of {@code name}, or the empty string: an empty label is no label. */
    public String get(String name) {
        for (Label pair : pairs) {
            if (pair.name().equals(name)) {
                return pair.value();
            }
        }
        return "";
    }

    public boolean has(String name) {
        return !get(name).isEmpty();
    }

    public String metricName() {
        return get(Label.METRIC_NAME);
    }

    /** Those whose name passes. */
    public Labels filter(Predicate<String> name) {
        Label[] kept = new Label[pairs.length];
        int n = 0;
        for (Label pair : pairs) {
            if (name.test(pair.name())) {
                kept[n++] = pair;
            }
        }
        return n == pairs.length ? this : ofSorted(Arrays.copyOf(kept, n));
    }

    public Labels without(String name) {
        return has(name) ? filter(other -> !other.equals(name)) : this;
    }

    public Labels withoutMetricName() {
        return without(Label.METRIC_NAME);
    }

    /** With {@code name} set to {@code value}; an empty value removes it. */
    public Labels with(String name, String value) {
        if (value.isEmpty()) {
            return without(name);
        }
        int i = 0;
        while (i < pairs.length && Utf8Order.compare(pairs[i].name(), name) < 0) {
            i++;
        }
        boolean replaces = i < pairs.length && pairs[i].name().equals(name);
        Label[] result = new Label[replaces ? pairs.length : pairs.length + 1];
        System.arraycopy(pairs, 0, result, 0, i);
        result[i] = new Label(name, value);
        System.arraycopy(pairs, replaces ? i + 1 : i, result, i + 1, result.length - i - 1);
        return new Labels(result);
    }

    @Override
    public int compareTo(Labels other) {
        int n = Math.min(pairs.length, other.pairs.length);
        for (int i = 0; i < n; i++) {
            if (pairs[i] != other.pairs[i]) {
                int order = pairs[i].compareTo(other.pairs[i]);
                if (order != 0) {
                    return order;
                }
            }
        }
        return pairs.length - other.pairs.length;
    }

    @Override
    public boolean equals(Object object) {
        return this == object || (object instanceof Labels other && Arrays.equals(pairs, other.pairs));
    }

    @Override
    public int hashCode() {
        if (hash == 0) {
            hash = Arrays.hashCode(pairs);
        }
        return hash;
    }

    /** As Prometheus prints a series: {@code name{a="b"}}, for messages and logs. */
    @Override
    public String toString() {
        StringBuilder out = new StringBuilder(metricName());
        String separator = "{";
        for (Label pair : pairs) {
            if (!pair.name().equals(Label.METRIC_NAME)) {
                out.append(separator).append(pair.name()).append("=\"");
                out.append(
                        pair.value().replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n"));
                out.append('"');
                separator = ", ";
            }
        }
        if (separator.equals(", ")) {
            out.append('}');
        } else if (out.isEmpty()) {
            out.append("{}");
        }
        return out.toString();
    }
}
