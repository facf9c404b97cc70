package io.engram.server.metrics;

import java.util.ArrayList;
import java.util.List;

/**
 * A name and labels, and their form as a key in Dropwizard's registry: {@code name{label="value",…}}, with values
 * escaped as the exposition format wants.
 *
 * @param labels names and values by turns
 */
record MetricKey(String name, List<String> labels) {
    MetricKey {
        labels = List.copyOf(labels);
    }

    /** @throws IllegalArgumentException where a name is not one that Prometheus takes without quotes */
    static MetricKey of(String name, String... labels) {
        if (!isName(name, true)) {
            throw new IllegalArgumentException("not a metric name: " + name);
        }
        if (labels.length % 2 != 0) {
            throw new IllegalArgumentException("labels of " + name + " come in pairs of name and value");
        }
        for (int i = 0; i < labels.length; i += 2) {
            if (!isName(labels[i], false) || labels[i].startsWith("__")) {
                throw new IllegalArgumentException("not a label name for " + name + ": " + labels[i]);
            }
        }
        return new MetricKey(name, List.of(labels));
    }

    private static boolean isName(String name, boolean metric) {
        for (int i = 0; i < name.length(); i++) {
            char c = name.charAt(i);
            boolean letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (metric && c == ':');
            if (!letter && !(i > 0 && c >= '0' && c <= '9')) {
                return false;
            }
        }
        return !name.isEmpty();
    }

    String text() {
        StringBuilder text = new StringBuilder(name);
        appendLabels(text, null, null);
        return text.toString();
    }

    /** Appends {@code {a="1",le="5"}}, or nothing where there is no label. */
    void appendLabels(StringBuilder to, String extraName, String extraValue) {
        if (labels.isEmpty() && extraName == null) {
            return;
        }
        char before = '{';
        for (int i = 0; i < labels.size(); i += 2) {
            appendLabel(to.append(before), labels.get(i), labels.get(i + 1));
            before = ',';
        }
        if (extraName != null) {
            appendLabel(to.append(before), extraName, extraValue);
        }
        to.append('}');
    }

    private static void appendLabel(StringBuilder to, String name, String value) {
        to.append(name).append("=\"");
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '\\' -> to.append("\\\\");
                case '"' -> to.append("\\\"");
                case '\n' -> to.append("\\n");
                default -> to.append(c);
            }
        }
        to.append('"');
    }

    /** The labels with one more behind them. */
    String[] with(String name, String value) {
        List<String> all = new ArrayList<>(labels);
        all.add(name);
        all.add(value);
        return all.toArray(new String[0]);
    }

    /** Null where there is no such label. */
    String labelValue(String name) {
        for (int i = 0; i < labels.size(); i += 2) {
            if (labels.get(i).equals(name)) {
                return labels.get(i + 1);
            }
        }
        return null;
    }
}
