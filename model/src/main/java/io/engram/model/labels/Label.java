package io.engram.model.labels;

/** A name with its value. Interned where many series share it, so that comparing two is mostly comparing references. */
public record Label(String name, String value) implements Comparable<Label> {
    public static final String METRIC_NAME = "__name__";

    @Override
    public int compareTo(Label other) {
        int byName = Utf8Order.compare(name, other.name);
        return byName != 0 ? byName : Utf8Order.compare(value, other.value);
    }
}
